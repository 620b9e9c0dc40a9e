import { once } from "node:events";
import { createConnection, createServer } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { startFaultProxy } from "./fault-proxy.ts";

/** A server that sends back what it gets, behind a proxy, and a client on it. */
async function setup() {
  const server = createServer((socket) => socket.on("error", () => undefined).pipe(socket)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no TCP port");
  const proxy = await startFaultProxy({ port: address.port });
  onTestFinished(async () => {
    await proxy.close();
    server.close();
  });
  const connect = async () => {
    const socket = createConnection(proxy.port, "127.0.0.1").on("error", () => undefined);
    onTestFinished(() => void socket.destroy());
    await once(socket, "connect");
    const received: string[] = [];
    socket.on("data", (chunk) => received.push(String(chunk)));
    return { socket, received };
  };
  return { proxy, connect };
}

test("without a fault, bytes pass", async () => {
  const { connect } = await setup();
  const { socket, received } = await connect();

  socket.write("hello");

  await expect.poll(() => received.join("")).toBe("hello");
});

test("what a stall holds back arrives when it ends", async () => {
  const { proxy, connect } = await setup();
  const stalled = await connect();
  const witness = await connect();
  witness.socket.write("before");
  await expect.poll(() => witness.received.join("")).toBe("before");

  await proxy.inject("stall");
  stalled.socket.write("held");
  const other = await connect();
  expect([stalled.received, other.received]).toEqual([[], []]);
  await proxy.inject("none");

  await expect.poll(() => stalled.received.join("")).toBe("held");
});

test("a delay comes on each way", async () => {
  const { proxy, connect } = await setup();
  const { socket, received } = await connect();
  await proxy.inject({ delayMs: 30 });
  const started = performance.now();

  socket.write("slow");
  await expect.poll(() => received.join(""), { interval: 5 }).toBe("slow");

  expect(performance.now() - started).toBeGreaterThan(55);
});

test("a cut drops the connections there are and takes new ones", async () => {
  const { proxy, connect } = await setup();
  const { socket } = await connect();
  const closed = once(socket, "close");

  proxy.cut();
  await closed;
  const next = await connect();
  next.socket.write("hello");

  await expect.poll(() => next.received.join("")).toBe("hello");
});

test("refusing drops everything and accepts nothing until it ends", async () => {
  const { proxy, connect } = await setup();
  const { socket } = await connect();
  const closed = once(socket, "close");

  await proxy.inject("refuse");
  await closed;
  await expect(connect()).rejects.toThrow("ECONNREFUSED");
  await proxy.inject("none");

  const next = await connect();
  next.socket.write("hello");
  await expect.poll(() => next.received.join("")).toBe("hello");
});
