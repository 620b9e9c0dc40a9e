import { createServer, type Server, type Socket } from "node:net";
import { FrontendReader, type FrontendRequest } from "./frontend-reader.ts";
import { type Session, SessionQueue, type SessionUser } from "./session-queue.ts";

// Within it everybody is promised an answer; Gaia's own transactions are never idle for as long.
const silenceLimitMs = 2_000;

export interface SessionServer {
  close(): Promise<void>;
}

export interface SessionServerOptions {
  readonly session: Session;
  readonly socketPath: string;
  /** What PostgreSQL answers to a new connection; the same for everyone, so nobody waits to connect. */
  readonly greeting: Uint8Array;
  /** The session can no longer be used. */
  readonly onFailure: (error: unknown) => void;
}

/**
 * Speaks PostgreSQL's protocol on a Unix socket for the one session that PGlite has.
 *
 * Used in place of `@electric-sql/pglite-socket`, which schedules single messages: a parameter that
 * does not fit into one read lets another connection's statement in between, and rows are then
 * delivered to the wrong caller.
 */
export async function serveSession(options: SessionServerOptions): Promise<SessionServer> {
  const queue = new SessionQueue(options.session, silenceLimitMs);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    serveClient(socket, queue, options);
  });
  await listen(server, options.socketPath);

  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, resolve);
  });
}

function serveClient(socket: Socket, queue: SessionQueue, options: SessionServerOptions): void {
  const reader = new FrontendReader();
  let isOpen = true;
  const user: SessionUser = {
    get isOpen() {
      return isOpen;
    },
    receive: (piece) => {
      if (isOpen) socket.write(piece);
    },
    drop: (reason) => {
      isOpen = false;
      socket.write(fatalError(reason));
      socket.destroySoon();
      queue.remove(user).catch(options.onFailure);
    },
  };
  const leave = (): void => {
    isOpen = false;
    socket.destroy();
    queue.remove(user).catch(options.onFailure);
  };

  const answer = (request: FrontendRequest): void => {
    if (!isOpen) return;
    switch (request.kind) {
      case "encryption":
        socket.write("N");
        return;
      case "startup":
        socket.write(options.greeting);
        return;
      case "cancel":
      case "terminate":
        leave();
        return;
      case "exchange":
        queue.add({ user, ...request }).catch(options.onFailure);
    }
  };

  socket.on("data", (chunk: Buffer) => reader.read(chunk).forEach(answer));
  socket.on("error", leave);
  socket.on("close", leave);
}

function fatalError(message: string): Buffer {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C57P01\0M${message}\0\0`);
  const head = Buffer.alloc(5);
  head.write("E");
  head.writeUInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
}
