const lineFeed = 10;
const carriageReturn = 13;

/** Finds where events end, byte by byte and across pieces; a line ends with LF, CR LF or CR. */
export class EventBoundaries {
  private isLineEmpty = true;
  private isAfterCarriageReturn = false;

  /** The position after the blank line of the next event, or -1. */
  nextEnd(bytes: Uint8Array, from: number): number {
    for (let position = from; position < bytes.length; position += 1) {
      const byte = bytes[position];
      if (byte === lineFeed) {
        if (this.endLine()) return position + 1;
      } else if (byte === carriageReturn) {
        const isEnd = this.isLineEmpty;
        this.isLineEmpty = true;
        // The line feed of a pair belongs to the event, but waiting for one that is not here yet would delay it.
        this.isAfterCarriageReturn = !(isEnd && bytes[position + 1] === lineFeed);
        if (isEnd) return position + (this.isAfterCarriageReturn ? 1 : 2);
      } else {
        this.isLineEmpty = false;
        this.isAfterCarriageReturn = false;
      }
    }
    return -1;
  }

  private endLine(): boolean {
    const isSecondOfPair = this.isAfterCarriageReturn;
    const isEnd = this.isLineEmpty && !isSecondOfPair;
    this.isLineEmpty = true;
    this.isAfterCarriageReturn = false;
    return isEnd;
  }
}
