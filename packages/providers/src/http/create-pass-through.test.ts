import { afterEach, expect, test } from "vitest";
import type { PassThrough, PassThroughAnswer } from "../pass-through.ts";
import { readProviderError } from "../errors/read-provider-error.ts";
import { createTestRegistry } from "../testing/create-test-registry.ts";
import {
  events,
  hangUp,
  json,
  openAiChunk,
  openAiCompletion,
  startScriptedServer,
  type Script,
} from "../testing/scripted-server.ts";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function setup(scripts: readonly [Script, ...Script[]], settings: Record<string, string> = {}) {
  const server = await startScriptedServer(...scripts);
  const world = await createTestRegistry({
    ANTHROPIC_API_KEY: "test-key",
    ANTHROPIC_BASE_URL: server.url,
    ...settings,
  });
  // The registry waits for running answers, which a server that hangs never ends.
  closers.push(server.close, world.registry.close);
  const { passThrough } = await world.registry.resolve(undefined);
  if (!passThrough) throw new Error("no pass-through");
  return { ...world, server, send: sender(passThrough) };
}

function sender(passThrough: PassThrough) {
  return (more: { signal?: AbortSignal; headers?: Record<string, string> } = {}) =>
    passThrough.send({ path: "/messages", body: '{"model":"m"}', ...more });
}

async function bodyOf(answer: PassThroughAnswer): Promise<string> {
  return Buffer.concat(await Array.fromAsync(answer.body)).toString("utf8");
}

test("bytes go through untouched, with Gaia's credentials", async () => {
  const { send, server } = await setup([json({ answer: 42 })]);
  const answer = await send({ headers: { "anthropic-beta": "x", "X-Api-Key": "stolen" } });
  expect(answer.status).toBe(200);
  expect(await bodyOf(answer)).toBe('{"answer":42}');
  expect(server.requests[0]).toMatchObject({
    method: "POST",
    path: "/v1/messages",
    body: '{"model":"m"}',
    headers: { "x-api-key": "test-key", "anthropic-version": "2023-06-01", "anthropic-beta": "x" },
  });
});

test("the caller's version of the dialect goes with its request, once, and its credentials do not", async () => {
  const { send, server } = await setup([json({})]);
  await bodyOf(await send({ headers: { "Anthropic-Version": "2026-10-21", "X-Api-Key": "stolen" } }));
  expect(server.requests[0]?.headers).toMatchObject({ "x-api-key": "test-key", "anthropic-version": "2026-10-21" });
});

test("connections are kept for the next requests", async () => {
  const { send, server } = await setup([json({})]);
  for (let count = 0; count < 20; count += 1) await bodyOf(await send());
  // The next request may begin an instant before the connection of the last one is free.
  expect(server.connections()).toBeLessThanOrEqual(2);
});

test("an abort before the answer closes the provider's request", async () => {
  const { send, server } = await setup([() => undefined]);
  const controller = new AbortController();
  const answer = send({ signal: controller.signal });
  await expect.poll(() => server.requests.length).toBe(1);
  controller.abort();
  await expect(answer).rejects.toMatchObject({ code: "CANCELLED", name: "AbortError" });
  await server.requests[0]?.closed;
});

test("an abort in the middle of the answer closes the provider's request", async () => {
  const { send, server } = await setup([
    (response) => {
      response.writeHead(200, { "content-type": "text/event-stream" }).write("data: 1\n\n");
    },
  ]);
  const controller = new AbortController();
  const answer = await send({ signal: controller.signal });
  const iterator = answer.body[Symbol.asyncIterator]();
  expect(Buffer.from((await iterator.next()).value ?? "").toString()).toBe("data: 1\n\n");
  controller.abort();
  await expect(iterator.next()).rejects.toMatchObject({ code: "CANCELLED" });
  await server.requests[0]?.closed;
});

test("a reader who leaves early closes the provider's request", async () => {
  const { send, server } = await setup([
    (response) => {
      response.writeHead(200).write("first");
    },
  ]);
  const answer = await send();
  for await (const _chunk of answer.body) break;
  await expect(server.requests[0]?.closed).resolves.toBeUndefined();
});

test("a stream that breaks off is an error, not an end", async () => {
  const { send, registry } = await setup([events([openAiChunk("Hel")], "cut")]);
  const answer = await send();
  await expect(bodyOf(answer)).rejects.toMatchObject({
    code: "UPSTREAM_FAILED",
    reason: "provider.stream_interrupted",
  });
  expect(registry.providerStates()[0]).toMatchObject({ lastErrorCode: "UPSTREAM_FAILED" });
});

test("an answer read at once is the same, and breaks off as a stream does", async () => {
  const { send, registry } = await setup([json({ answer: "ü" }), events([openAiChunk("Hel")], "cut")]);
  expect(await (await send()).text()).toBe('{"answer":"ü"}');
  expect(registry.providerStates()[0]?.lastSuccessAt).not.toBeNull();
  await expect((await send()).text()).rejects.toMatchObject({
    code: "UPSTREAM_FAILED",
    reason: "provider.stream_interrupted",
  });
});

test("an abort while an answer is read at once closes the provider's request", async () => {
  const { send, server } = await setup([
    (response) => {
      response.writeHead(200, { "content-type": "application/json" }).write("{");
    },
  ]);
  const controller = new AbortController();
  const text = (await send({ signal: controller.signal })).text();
  controller.abort();
  await expect(text).rejects.toMatchObject({ code: "CANCELLED" });
  await server.requests[0]?.closed;
});

test("an overloaded provider is asked again", async () => {
  const { send, server, sleeps } = await setup([json({}, 529), json({}, 503), json({ fine: true })]);
  expect(await bodyOf(await send())).toBe('{"fine":true}');
  expect(server.requests).toHaveLength(3);
  expect(sleeps).toEqual([125, 250]);
});

test("a refusal is returned with its body, and translates", async () => {
  const { send, server } = await setup([json({ error: { message: "bad temperature", type: "invalid" } }, 400)]);
  const answer = await send();
  expect(answer.status).toBe(400);
  expect(await readProviderError(answer, "anthropic")).toMatchObject({
    code: "BAD_REQUEST",
    message: "bad temperature",
  });
  expect(server.requests).toHaveLength(1);
});

test("a failure that stays is returned after the last attempt", async () => {
  const { send, server } = await setup([json({ error: { message: "oops" } }, 500)]);
  const answer = await send();
  expect(answer.status).toBe(500);
  expect(await bodyOf(answer)).toContain("oops");
  expect(server.requests).toHaveLength(3);
});

test("a connection that breaks before the answer is tried again", async () => {
  const { send, server } = await setup([hangUp, json(openAiCompletion("Hello"))]);
  expect(await bodyOf(await send())).toContain("Hello");
  expect(server.requests).toHaveLength(2);
});

test("a provider that cannot be reached is an upstream failure", async () => {
  const { send, server, sleeps } = await setup([json({})]);
  await server.close();
  await expect(send()).rejects.toMatchObject({ code: "UPSTREAM_FAILED", reason: "provider.connection_failed" });
  expect(sleeps).toHaveLength(2);
});

test("a name that does not resolve is an upstream failure", async () => {
  const { send } = await setup([json({})], { ANTHROPIC_BASE_URL: "http://gaia-test.invalid" });
  await expect(send()).rejects.toMatchObject({ code: "UPSTREAM_FAILED" });
});

test("a provider that does not begin in time is a timeout, and is not asked again", async () => {
  const { send, server } = await setup([() => undefined], { PROVIDER_TIMEOUT: "0.05" });
  await expect(send()).rejects.toMatchObject({ code: "TIMEOUT", reason: "provider.timeout" });
  expect(server.requests).toHaveLength(1);
});

test("streams that break off in their middle count as failures, though they had begun", async () => {
  const { send, registry } = await setup([events([openAiChunk("Hel")], "cut")]);
  for (let count = 0; count < 5; count += 1) await expect(bodyOf(await send())).rejects.toThrow(/broke off/);
  expect(registry.providerStates()[0]).toMatchObject({ circuit: "closed", pausedModels: ["claude-haiku-5-5"] });
});

test("a refusal that is read to its end is no success", async () => {
  const { send, registry } = await setup([json({}, 400)]);
  await bodyOf(await send());
  expect(registry.providerStates()[0]).toMatchObject({ lastErrorCode: "BAD_REQUEST", lastSuccessAt: null });
});

test("after five failed requests in a row the model is left alone, and probed after a minute", async () => {
  const failures = Array.from({ length: 14 }, () => json({}, 500));
  const { send, server, pass, registry } = await setup([json({}, 500), ...failures, json({ fine: true })]);
  for (let count = 0; count < 5; count += 1) await bodyOf(await send());
  await expect(send()).rejects.toMatchObject({ code: "UNAVAILABLE", retryAfterSeconds: 60 });
  await expect(send()).rejects.toMatchObject({ code: "UNAVAILABLE" });
  expect(server.requests).toHaveLength(15);
  expect(registry.providerStates()[0]).toMatchObject({ pausedModels: ["claude-haiku-5-5"], lastSuccessAt: null });
  pass(60_000);
  expect(await bodyOf(await send())).toBe('{"fine":true}');
  expect(registry.providerStates()[0]).toMatchObject({ circuit: "closed", pausedModels: [], lastErrorCode: null });
});
