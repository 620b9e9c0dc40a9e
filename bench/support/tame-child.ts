/**
 * Loaded before every measured program (`node --import`). Programs that name no host listen on loopback only, with room
 * for all connections of a burst; a program whose benchmark was killed ends itself.
 */
import { Server } from "node:net";

const parent = process.ppid;
setInterval(() => process.ppid === parent || process.exit(1), 1000).unref();

const listen = Server.prototype.listen as (this: Server, ...parameters: unknown[]) => Server;
Server.prototype.listen = function listenOnLoopback(this: Server, ...parameters: unknown[]) {
  const [port, host, ...rest] = parameters;
  if (typeof port !== "number" || typeof host === "string") return listen.apply(this, parameters);
  const others = host === undefined ? rest : [host, ...rest];
  return listen.apply(this, [port, "127.0.0.1", 4096, ...others]);
} as Server["listen"];
