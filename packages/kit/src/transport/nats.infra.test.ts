import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";
import { type Caller, defineEvent, defineOperation } from "@gaia/contracts";
import { connect } from "@nats-io/transport-node";
import { expect, onTestFinished, test, vi } from "vitest";
import * as z from "zod";
import { startFaultProxy } from "../../../../tests/support/fault-proxy.ts";
import { freePort } from "../../../../tests/support/free-port.ts";
import { infraUrl } from "../../../../tests/support/infra-url.ts";
import { startNats } from "../../../../tests/support/start-nats.ts";
import { implement } from "../binding.ts";
import { createCallerSeal } from "../caller.ts";
import { Secret } from "../config/secret.ts";
import { createLog } from "../log.ts";
import { describeTransport } from "./conformance.ts";
import { createNatsTransport } from "./nats.ts";

const seal = createCallerSeal(new Secret("a secret of the test services"));
const caller: Caller = { requestId: "request-1", principal: { kind: "service", name: "gateway" } };
const silent = await createLog({ level: "silent", pretty: false });

describeTransport("NATS", async (log) => {
  const open = (name: string) => createNatsTransport({ url: infraUrl("nats"), name, seal, log });
  const [client, server] = await Promise.all([open("client"), open("server")]);
  return { client, server };
});

async function openTransport(url: string, options: { readonly seal?: typeof seal } = {}) {
  const transport = await createNatsTransport({ url, name: "test", seal, log: silent, ...options });
  onTestFinished(() => transport.close());
  return transport;
}

function declare() {
  const id = randomUUID();
  const operation = defineOperation({
    name: `kb.echo-${id}`,
    summary: "Answers what it was asked",
    permission: "internal",
    input: z.object({ text: z.string() }),
    output: z.object({ text: z.string() }),
  });
  const event = defineEvent({
    subject: `gaia.test.${id}`,
    summary: "A test's event",
    payload: z.object({ text: z.string() }),
  });
  return { operation, event, binding: implement(operation, async (_context, input) => input) };
}

test("a request whose caller another secret sealed is UNAUTHENTICATED", async () => {
  const { operation, binding } = declare();
  const server = await openTransport(infraUrl("nats"));
  const stranger = await openTransport(infraUrl("nats"), { seal: createCallerSeal(new Secret("another secret")) });
  await server.serve([binding]);

  await expect(stranger.call(operation, caller, { text: "hello" })).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
});

test("bytes that are no request are answered with an error, and the server goes on", async () => {
  const { operation, binding } = declare();
  const server = await openTransport(infraUrl("nats"));
  await server.serve([binding]);
  const raw = await connect({ servers: infraUrl("nats") });
  onTestFinished(() => raw.close());

  const answer = await raw.request(`gaia.rpc.${operation.name}`, "{", { timeout: 1_000 });

  expect(answer.json()).toHaveProperty("error.code", "INTERNAL");
  expect(await server.call(operation, caller, { text: "hello" })).toEqual({ text: "hello" });
});

test("the Python system's doubly encoded events are understood", async () => {
  const { event } = declare();
  const transport = await openTransport(infraUrl("nats"));
  const heard: string[] = [];
  await transport.subscribe(event, ({ text }) => void heard.push(text));
  const raw = await connect({ servers: infraUrl("nats") });
  onTestFinished(() => raw.close());

  raw.publish(event.subject, JSON.stringify(JSON.stringify({ text: "twice" })));
  raw.publish(event.subject, "no JSON");
  raw.publish(event.subject, JSON.stringify({ text: "once" }));

  await expect.poll(() => heard).toEqual(["twice", "once"]);
});

test("calls of one service are shared by its processes", async () => {
  const { operation } = declare();
  const caller = { requestId: "request-1", principal: { kind: "service", name: "gateway" } } satisfies Caller;
  const served = [vi.fn<() => void>(), vi.fn<() => void>()];
  for (const serve of served) {
    const server = await openTransport(infraUrl("nats"));
    const handle = async (_context: unknown, input: { text: string }) => {
      serve();
      return input;
    };
    await server.serve([implement(operation, handle)]);
  }
  const client = await openTransport(infraUrl("nats"));

  await Promise.all(Array.from({ length: 60 }, () => client.call(operation, caller, { text: "hello" })));

  const counts = served.map((serve) => serve.mock.calls.length);
  expect(counts[0]).toBeGreaterThan(0);
  expect(counts[1]).toBeGreaterThan(0);
  expect((counts[0] ?? 0) + (counts[1] ?? 0)).toBe(60);
});

test("a process that starts before NATS works as soon as NATS is there", async () => {
  const { operation, event, binding } = declare();
  const port = await freePort();
  const transport = await openTransport(`nats://127.0.0.1:${port}`);
  const heard: string[] = [];
  await transport.serve([binding]);
  await transport.subscribe(event, ({ text }) => void heard.push(text));

  expect(transport.state()).toBe("disconnected");
  await expect(transport.call(operation, caller, { text: "early" })).rejects.toMatchObject({ code: "UNAVAILABLE" });
  await expect(transport.ping()).rejects.toMatchObject({ code: "UNAVAILABLE" });
  expect(() => transport.publish(event, { text: "nobody hears this" })).not.toThrow();

  const server = await startNats({ port });
  onTestFinished(() => server.stop());
  await expect.poll(() => transport.state(), { timeout: 10_000 }).toBe("connected");

  expect(await transport.call(operation, caller, { text: "hello" })).toEqual({ text: "hello" });
  expect(await transport.ping()).toBeGreaterThan(0);
  transport.publish(event, { text: "heard" });
  await expect.poll(() => heard).toEqual(["heard"]);
});

test("after a crash of NATS calls fail at once, and calls and events come back with it", async () => {
  const { operation, event, binding } = declare();
  const first = await startNats();
  onTestFinished(() => first.stop());
  const client = await openTransport(first.url);
  const server = await openTransport(first.url);
  const heard: string[] = [];
  let missed = 0;
  client.onMissedEvents(() => void (missed += 1));
  const held = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const slow = declare();
  const wait = implement(slow.operation, async (_context, input) => {
    begun.resolve();
    await held.promise;
    return input;
  });
  await server.serve([binding, wait]);
  await server.subscribe(event, ({ text }) => void heard.push(text), { group: "kb" });
  expect(await client.call(operation, caller, { text: "before" })).toEqual({ text: "before" });

  const inFlight = client.call(slow.operation, caller, { text: "lost" });
  await begun.promise;
  await Promise.all([expect(inFlight).rejects.toMatchObject({ code: "UNAVAILABLE" }), first.kill()]);
  held.resolve();
  await expect(client.call(operation, caller, { text: "down" })).rejects.toMatchObject({ code: "UNAVAILABLE" });
  expect(client.state()).toBe("disconnected");
  expect(missed).toBe(0);

  const second = await startNats({ port: first.port });
  onTestFinished(() => second.stop());
  await expect.poll(() => [client.state(), server.state()], { timeout: 10_000 }).toEqual(["connected", "connected"]);
  await server.ping();

  expect(await client.call(operation, caller, { text: "after" })).toEqual({ text: "after" });
  client.publish(event, { text: "after" });
  await expect.poll(() => heard).toEqual(["after"]);
  expect(missed).toBe(1);
});

test("a cut connection is replaced, with everything that was served on it", async () => {
  const { operation, binding } = declare();
  const proxy = await startFaultProxy({ port: Number(new URL(infraUrl("nats")).port) });
  const server = await openTransport(proxy.urlFor(infraUrl("nats")));
  const client = await openTransport(infraUrl("nats"));
  onTestFinished(() => proxy.close());
  await server.serve([binding]);

  proxy.cut();
  await expect.poll(() => server.state()).toBe("disconnected");
  await expect.poll(() => server.state(), { timeout: 10_000 }).toBe("connected");
  await server.ping();

  expect(await client.call(operation, caller, { text: "hello" })).toEqual({ text: "hello" });
});

test("closing ends without NATS, whether it never was there or has stalled", async () => {
  const never = await createNatsTransport({
    url: `nats://127.0.0.1:${await freePort()}`,
    name: "never",
    seal,
    log: silent,
  });
  const proxy = await startFaultProxy({ port: Number(new URL(infraUrl("nats")).port) });
  onTestFinished(() => proxy.close());
  const stalled = await createNatsTransport({
    url: proxy.urlFor(infraUrl("nats")),
    name: "stalled",
    seal,
    log: silent,
  });
  await stalled.serve([declare().binding]);
  await proxy.inject("stall");

  await Promise.all([never.close(), stalled.close()]);

  expect([never.state(), stalled.state()]).toEqual(["disconnected", "disconnected"]);
});

test("a server that hangs up on everybody keeps no process from starting", async () => {
  const rude = createServer((socket) => {
    socket.on("error", () => undefined).end('INFO {"version":"2.9.0","max_payload":1048576,"proto":1}\r\n');
  }).listen(0, "127.0.0.1");
  await once(rude, "listening");
  onTestFinished(() => void rude.close());
  const address = rude.address();
  const port = typeof address === "object" ? address?.port : undefined;

  const transport = await openTransport(`nats://127.0.0.1:${port}`);

  expect(transport.state()).toBe("disconnected");
});

test("the address may carry credentials", async () => {
  const server = await startNats({ login: { user: "gaia", password: "p@ss/word" } });
  onTestFinished(() => server.stop());
  const address = (password: string) => `nats://gaia:${encodeURIComponent(password)}@127.0.0.1:${server.port}`;

  const [known, stranger] = await Promise.all([openTransport(address("p@ss/word")), openTransport(address("guess"))]);

  expect([known.state(), stranger.state()]).toEqual(["connected", "disconnected"]);
});
