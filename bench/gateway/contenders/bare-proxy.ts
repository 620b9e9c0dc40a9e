/**
 * The least that a gateway in Node can do: take a request, look at its JSON, pass it on, pass the answer back. Whatever
 * a gateway adds to this is its own. Started with a port and the provider's URL.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { Pool } from "undici";

const [, , port, providerUrl = ""] = process.argv;
const pool = new Pool(providerUrl, { connections: 2048 });

createServer((request, response) => {
  void proxy(request, response).catch((error: unknown) => {
    // A client that went away between two rounds breaks its request off, which is no failure.
    if (!response.destroyed) console.error(error);
    response.destroy();
  });
}).listen(Number(port), "127.0.0.1", 4096);

async function proxy(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  const body = Buffer.concat(pieces);
  JSON.parse(body.toString("utf8"));
  await pool.stream(
    {
      method: "POST",
      path: request.url ?? "/",
      headers: { "content-type": "application/json" },
      body,
    },
    ({ statusCode, headers }) => {
      const { connection: _connection, "keep-alive": _keepAlive, "transfer-encoding": _encoding, ...kept } = headers;
      return response.writeHead(statusCode, kept);
    },
  );
}
