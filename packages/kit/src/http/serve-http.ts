import { createAdaptorServer } from "@hono/node-server";
import type { Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface HttpListener {
  /** The port really bound, which differs from the wish when that was 0. */
  readonly port: number;
  /** Accepts nothing new, waits for running requests up to `graceMs`, then cuts what is left. */
  close(graceMs: number): Promise<void>;
}

// Connections that wait to be accepted. Node's 511 is less than a burst of clients; the system may allow less still.
const longestQueue = 4096;

// Slow clients must not hold sockets: Node looks this often for those that are over their time.
const limits = {
  keepAliveTimeout: 65_000,
  headersTimeout: 10_000,
  requestTimeout: 120_000,
  connectionsCheckingInterval: 1000,
} as const;

/** Listens for plain HTTP/1.1. Headers must be there within 10 s and a whole request within two minutes. */
export async function serveHttp(options: {
  readonly fetch: (request: Request) => Promise<Response>;
  readonly hostname: string;
  readonly port: number;
}): Promise<HttpListener> {
  const server = createAdaptorServer({
    fetch: options.fetch,
    hostname: options.hostname,
    serverOptions: limits,
  }) as Server;
  server.on("request", (_request, response: ServerResponse) => {
    // While the server closes, a connection is of no use after the answer that it was kept for.
    response.once("close", () => void (server.listening || setImmediate(() => server.closeIdleConnections())));
  });
  await listen(server, options);
  return { port: (server.address() as AddressInfo).port, close: (graceMs) => closeServer(server, graceMs) };
}

function listen(
  server: Server,
  { hostname, port }: { readonly hostname: string; readonly port: number },
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  server.listen({ port, host: hostname, backlog: longestQueue }, () => {
    server.off("error", reject);
    resolve();
  });
  return promise;
}

async function closeServer(server: Server, graceMs: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const cut = setTimeout(() => server.closeAllConnections(), graceMs);
  server.close(() => resolve());
  server.closeIdleConnections();
  await promise;
  clearTimeout(cut);
}
