/**
 * Marks around found words. They are private characters that mean nothing anywhere, and are taken out of what is
 * searched, so that a text cannot bring its own.
 */
export const highlightStart = "\u{E000}";
export const highlightEnd = "\u{E001}";

export interface Highlighted {
  readonly text: string;
  /** Start and end of each found word, in UTF-16 units. */
  readonly ranges: [number, number][];
}

/** Takes the marks out and says where they were: whoever shows the text needs to trust no markup in it. */
export function splitHighlights(marked: string): Highlighted {
  const [before = "", ...found] = marked.split(highlightStart);
  const ranges: [number, number][] = [];
  let text = before;
  for (const piece of found) {
    const [word = "", ...rest] = piece.split(highlightEnd);
    ranges.push([text.length, text.length + word.length]);
    text += word + rest.join("");
  }
  return { text, ranges };
}
