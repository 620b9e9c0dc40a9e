export type FrontendRequest =
  | { readonly kind: "encryption" }
  | { readonly kind: "startup" }
  | { readonly kind: "cancel" }
  | { readonly kind: "terminate" }
  /** Everything up to a point where PostgreSQL answers; `complete` when it also ends the exchange. */
  | { readonly kind: "exchange"; readonly bytes: Uint8Array; readonly complete: boolean };

const sslRequest = 80877103;
const encryptionRequest = 80877104;
const cancelRequest = 80877102;

const query = 0x51;
const functionCall = 0x46;
const sync = 0x53;
const flush = 0x48;
const terminate = 0x58;

/**
 * Cuts what a client sends into exchanges. A parameterised query is five messages; PostgreSQL has one
 * unnamed statement per session, so the five must reach it together when sessions are shared.
 */
export class FrontendReader {
  #chunks: Buffer[] = [];
  #buffered = 0;
  #needed = 4;
  #started = false;
  #exchange: Uint8Array[] = [];

  read(chunk: Buffer): FrontendRequest[] {
    this.#chunks.push(chunk);
    this.#buffered += chunk.length;
    const requests: FrontendRequest[] = [];
    for (let message = this.#take(); message; message = this.#take()) {
      const request = this.#started ? this.#collect(message) : this.#handshake(message);
      if (request) requests.push(request);
    }
    return requests;
  }

  /** One whole message, or undefined until the rest of it arrives. */
  #take(): Buffer | undefined {
    if (this.#buffered < this.#needed) return undefined;
    const buffered = this.#chunks.length === 1 ? this.#chunks[0] : Buffer.concat(this.#chunks);
    if (!buffered) return undefined;

    const typeLength = this.#started ? 1 : 0;
    const headerLength = typeLength + 4;
    const length = buffered.length < headerLength ? headerLength : typeLength + buffered.readUInt32BE(typeLength);
    if (buffered.length < length) {
      this.#chunks = [buffered];
      this.#needed = length;
      return undefined;
    }

    this.#chunks = [buffered.subarray(length)];
    this.#buffered = buffered.length - length;
    this.#needed = headerLength;
    return buffered.subarray(0, length);
  }

  #handshake(message: Buffer): FrontendRequest {
    const code = message.readUInt32BE(4);
    if (code === sslRequest || code === encryptionRequest) return { kind: "encryption" };
    if (code === cancelRequest) return { kind: "cancel" };
    this.#started = true;
    this.#needed = 5;
    return { kind: "startup" };
  }

  #collect(message: Buffer): FrontendRequest | undefined {
    const type = message[0];
    if (type === terminate) return { kind: "terminate" };

    this.#exchange.push(message);
    const complete = type === query || type === sync || type === functionCall;
    if (!complete && type !== flush) return undefined;

    const bytes = new Uint8Array(Buffer.concat(this.#exchange));
    this.#exchange = [];
    return { kind: "exchange", bytes, complete };
  }
}
