import { once } from "node:events";
import { createConnection, createServer, type Server, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { freePort } from "./free-port.ts";

/**
 * `stall` keeps connections open and carries nothing, in either direction; what was held arrives when the fault ends.
 * `refuse` drops every connection and accepts none.
 */
export type Fault = "none" | "stall" | "refuse" | { readonly delayMs: number };

/** A TCP proxy that misbehaves on demand, to stand before a database, NATS, Redis or a provider. */
export interface FaultProxy {
  readonly port: number;
  /** The target's URL with the proxy's address in it. */
  urlFor(url: string): string;
  inject(fault: Fault): Promise<void>;
  /** Drops the connections there are; new ones are welcome. */
  cut(): void;
  close(): Promise<void>;
}

export async function startFaultProxy(target: { readonly port: number; readonly host?: string }): Promise<FaultProxy> {
  const port = await freePort();
  const sockets = new Set<Socket>();
  const state = { fault: "none" as Fault, changed: Promise.withResolvers<void>() };
  let server: Server | undefined;

  const change = (fault: Fault) => {
    const { changed } = state;
    Object.assign(state, { fault, changed: Promise.withResolvers<void>() });
    changed.resolve();
  };

  const carry = async (from: Socket, to: Socket) => {
    for await (const chunk of from) {
      if (typeof state.fault === "object") await delay(state.fault.delayMs);
      while (state.fault === "stall") await state.changed.promise;
      if (!to.write(chunk)) await once(to, "drain");
    }
    to.end();
  };

  const accept = (client: Socket) => {
    const upstream = createConnection(target.port, target.host ?? "127.0.0.1");
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from);
      from.setNoDelay(true).once("close", () => sockets.delete(from));
      carry(from, to).catch(() => {
        from.destroy();
        to.destroy();
      });
    }
  };

  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };

  const listen = async () => {
    if (server !== undefined) return;
    server = createServer(accept).listen(port, "127.0.0.1");
    await once(server, "listening");
  };

  const refuse = async () => {
    const closing = server;
    server = undefined;
    cut();
    closing?.close();
    if (closing !== undefined) await once(closing, "close");
  };

  await listen();
  return {
    port,
    urlFor(url) {
      const changed = new URL(url);
      changed.host = `127.0.0.1:${port}`;
      return changed.href;
    },
    async inject(fault) {
      change(fault);
      await (fault === "refuse" ? refuse() : listen());
    },
    cut,
    async close() {
      change("none");
      await refuse();
    },
  };
}
