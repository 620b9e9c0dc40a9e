import { type AddressInfo, createServer, type Socket } from "node:net";
import { once } from "node:events";
import { sql } from "kysely";
import { afterEach, expect, test } from "vitest";
import { type Database, openDatabase } from "./index.ts";

/** AuthenticationOk, then ReadyForQuery outside a transaction. */
const greeting = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0, 0x5a, 0, 0, 0, 5, 0x49]);

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

test("nothing at the address is an error of the query, not of opening", async () => {
  const server = await serve(() => undefined);
  await server.close();
  const database = open(server.url);
  await expect((await database).pool.query("select 1")).rejects.toMatchObject({ code: "ECONNREFUSED" });
});

test("both spellings of the address are accepted", async () => {
  const server = await serve(() => undefined);
  await server.close();
  const database = await open(server.url.replace("postgresql://", "postgres://"));
  expect(database.kind).toBe("postgresql");
  await expect(database.ping()).rejects.toMatchObject({ code: "ECONNREFUSED" });
});

test("a server that never greets fails the query after two seconds", async () => {
  const server = await serve(() => undefined);
  const database = await open(server.url);
  const start = performance.now();
  await expect(database.pool.query("select 1")).rejects.toThrow("timeout");
  expect(performance.now() - start).toBeLessThan(3_000);
});

test("a ping that gets no answer rejects after its own time", async () => {
  const server = await serve((socket) => socket.once("data", () => socket.write(greeting)));
  const database = await open(server.url);
  await expect(database.ping(50)).rejects.toThrow("no answer within 50 ms");
});

test("a server that stops answering costs one wait, and its connection is not used again", async () => {
  const server = await serve((socket) => socket.once("data", () => socket.write(greeting)));
  const database = await open(server.url, { queryTimeoutMs: 50 });
  await database.kysely.connection().execute(async (connection) => {
    await expect(sql`select 1`.execute(connection)).rejects.toMatchObject(because("Query read timeout"));
    await expect(sql`select 1`.execute(connection)).rejects.toMatchObject(because("given up"));
  });
  await expect(sql`select 1`.execute(database.kysely)).rejects.toMatchObject(because("Query read timeout"));
  expect(server.connections).toHaveLength(2);
});

test("an idle connection that breaks is reported and ends nothing", async () => {
  const server = await serve((socket) => socket.once("data", () => socket.write(greeting)));
  const errors: Error[] = [];
  const database = await open(server.url, { onError: (error) => errors.push(error) });
  (await database.pool.connect()).release();
  server.connections[0]?.destroy();
  await expect.poll(() => errors).toHaveLength(1);
});

test("closing twice, or with a connection that was never given back, ends", { timeout: 15_000 }, async () => {
  const server = await serve((socket) => socket.once("data", () => socket.write(greeting)));
  const database = await open(server.url);
  await database.pool.connect();
  await Promise.all([database.close(), database.close()]);
  await expect(database.ping()).rejects.toThrow("Cannot use a pool");
});

function because(text: string): object {
  return { code: "UNAVAILABLE", cause: expect.objectContaining({ message: expect.stringContaining(text) as unknown }) };
}

async function serve(
  greet: (socket: Socket) => unknown,
): Promise<{ url: string; connections: Socket[]; close: () => Promise<void> }> {
  const connections: Socket[] = [];
  const server = createServer((socket) => {
    connections.push(socket);
    socket.on("error", () => undefined);
    greet(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const close = async (): Promise<void> => {
    for (const socket of connections) socket.destroy();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  };
  cleanups.push(close);
  return { url: `postgresql://gaia@127.0.0.1:${portOf(address)}/gaia`, connections, close };
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === "string") throw new Error("not listening on a port");
  return address.port;
}

async function open(url: string, options: Partial<Parameters<typeof openDatabase>[0]> = {}): Promise<Database> {
  const database = await openDatabase({ dataFolder: "unused", url, ...options });
  cleanups.push(() => database.close());
  return database;
}
