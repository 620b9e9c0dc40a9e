import { connect } from "node:net";

export interface RawRequest {
  readonly method?: string;
  readonly path: string;
  /** Whole header lines without their ends, as bytes: what no client library would send is the point. */
  readonly headers?: readonly Uint8Array[];
  readonly body?: Uint8Array;
}

const headOf = (text: string) => Buffer.from(text, "latin1");

/** Sends bytes to an HTTP server as they are; answers the status, or 0 when it hung up without one. */
export async function sendRaw(url: string, { method = "GET", path, headers = [], body }: RawRequest): Promise<number> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const { promise, resolve } = Promise.withResolvers<number>();
  let seen = "";
  socket.setTimeout(20_000, () => socket.destroy());
  socket.on("data", (bytes) => {
    seen += bytes.toString("latin1");
    const status = /^HTTP\/1\.1 (?<status>\d{3}) /.exec(seen)?.groups?.["status"];
    if (status === undefined) return;
    resolve(Number(status));
    socket.destroy();
  });
  socket.on("error", () => resolve(0));
  socket.on("close", () => resolve(0));
  const length = body === undefined ? [] : [headOf(`content-length: ${body.byteLength}`)];
  const lines = [headOf(`${method} ${path} HTTP/1.1`), headOf("host: gaia.test"), headOf("connection: close")];
  for (const line of [...lines, ...headers, ...length]) socket.write(Buffer.concat([line, headOf("\r\n")]));
  socket.write(headOf("\r\n"));
  if (body !== undefined) socket.write(body);
  return promise;
}
