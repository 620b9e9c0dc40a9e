import { once } from "node:events";
import { createConnection, type Socket } from "node:net";

type Answered = (status: number | null) => void;

const endOfHead = "\r\n\r\n";
const nothing = Buffer.alloc(0);

/**
 * A kept connection with one request at a time. It reads of an answer what it must to find its end: any client library
 * would need more of the processor than the program it measures leaves.
 */
export class Connection {
  readonly #target: { readonly host: string; readonly port: number; readonly localAddress: string };
  #socket: Socket;
  #held: Buffer = nothing;
  #answered: Answered | undefined;

  private constructor(target: { readonly host: string; readonly port: number; readonly localAddress: string }) {
    this.#target = target;
    this.#socket = this.#connect();
  }

  static async open(origin: string, localAddress: string): Promise<Connection> {
    const { hostname: host, port } = new URL(origin);
    const connection = new Connection({ host, port: Number(port), localAddress });
    await once(connection.#socket, "connect");
    return connection;
  }

  /** Tells the status of the answer, or `null` when the connection ended without one. */
  send(request: Buffer, answered: Answered): void {
    // A server may close what it thinks idle.
    if (this.#socket.destroyed) this.#socket = this.#connect();
    this.#answered = answered;
    this.#socket.write(request);
  }

  close(): void {
    this.#socket.destroy();
  }

  #connect(): Socket {
    this.#held = nothing;
    const socket = createConnection(this.#target).setNoDelay(true);
    socket.on("data", (piece: Buffer) => this.#take(piece));
    // `close` follows and says enough.
    socket.on("error", () => undefined);
    socket.on("end", () => socket.destroy());
    socket.on("close", () => this.#finish(null));
    return socket;
  }

  #take(piece: Buffer): void {
    const bytes = this.#held.length === 0 ? piece : Buffer.concat([this.#held, piece]);
    const headLength = bytes.indexOf(endOfHead);
    if (headLength === -1) return void (this.#held = bytes);
    const head = bytes.toString("latin1", 0, headLength);
    const bodyLength = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    if (bodyLength === undefined) throw new Error(`An answer without a length:\n${head}`);
    if (bytes.length < headLength + endOfHead.length + Number(bodyLength)) return void (this.#held = bytes);
    this.#held = nothing;
    this.#finish(Number(head.slice("HTTP/1.1 ".length, "HTTP/1.1 200".length)));
  }

  #finish(status: number | null): void {
    const answered = this.#answered;
    this.#answered = undefined;
    answered?.(status);
  }
}
