import { GaiaError } from "@gaia/contracts";
import { LLMock } from "@copilotkit/aimock";
import { afterEach, expect, test } from "vitest";
import { ask, collectParts, functionTool, textOf } from "../testing/call-options.ts";
import { createTestRegistry } from "../testing/create-test-registry.ts";
import {
  events,
  hangUp,
  json,
  openAiChunk,
  openAiCompletion,
  raw,
  startScriptedServer,
  type Script,
} from "../testing/scripted-server.ts";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const complete = [openAiChunk("Hel"), openAiChunk("lo"), openAiChunk("", "stop"), "[DONE]"];
const noList = json({ error: "no such route" }, 404);

async function setup(...scripts: readonly [Script, ...Script[]]) {
  const server = await startScriptedServer(noList, ...scripts);
  const world = await createTestRegistry({ OPENAI_BASE_URL: `${server.url}/v1` });
  closers.push(server.close, world.registry.close);
  const { model } = await world.registry.resolve("local-model");
  return { ...world, server, model, calls: () => server.requests.length - 1 };
}

test("a compatible server streams, without a key", async () => {
  const { model, server } = await setup(events(complete));
  const { stream } = await model.doStream(ask("Hi"));
  const parts = await collectParts(stream);
  expect(textOf(parts)).toBe("Hello");
  expect(parts.at(-1)).toMatchObject({ type: "finish", finishReason: { unified: "stop" } });
  expect(server.requests[1]?.headers.authorization).toBeUndefined();
  expect(JSON.parse(server.requests[1]?.body ?? "")).toMatchObject({ model: "local-model", stream: true });
});

test("a whole answer", async () => {
  const { model } = await setup(json(openAiCompletion("Hello")));
  expect(await model.doGenerate(ask("Hi"))).toMatchObject({
    content: [{ type: "text", text: "Hello" }],
    usage: { inputTokens: { total: 3 }, outputTokens: { total: 2 } },
  });
});

test.for([
  [400, "BAD_REQUEST"],
  [401, "UPSTREAM_FAILED"],
  [404, "NOT_FOUND"],
  [413, "PAYLOAD_TOO_LARGE"],
  [422, "BAD_REQUEST"],
  [429, "RATE_LIMITED"],
  [500, "UPSTREAM_FAILED"],
  [503, "UNAVAILABLE"],
] as const)("a provider's %i is %s, streamed or not", async ([status, code]) => {
  const body = { error: { message: "about the request", type: "t", param: "p", code: "c" } };
  const whole = await setup(json(body, status, { "retry-after": "9" }));
  await expect(whole.model.doGenerate(ask("Hi"))).rejects.toMatchObject({ code });
  const streamed = await setup(json(body, status, { "retry-after": "9" }));
  await expect(streamed.model.doStream(ask("Hi"))).rejects.toMatchObject({ code });
});

test("a rejection keeps what the provider says of the request", async () => {
  const { model } = await setup(json({ error: { message: "Too hot", param: "temperature", code: "range" } }, 400));
  await expect(model.doGenerate(ask("Hi"))).rejects.toMatchObject({
    message: "Too hot",
    details: { param: "temperature", code: "range" },
  });
});

test("an answer that is not JSON is an upstream failure that does not show it", async () => {
  const { model } = await setup(raw("<html>proxy 10.0.0.7</html>"));
  const failure: unknown = await Promise.resolve(model.doGenerate(ask("Hi"))).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: "UPSTREAM_FAILED", reason: "provider.unexpected_answer" });
  expect(String(failure)).not.toContain("10.0.0.7");
});

test("a page instead of a stream is an upstream failure", async () => {
  const { model } = await setup(raw("<html></html>"));
  await expect(model.doStream(ask("Hi"))).rejects.toMatchObject({ code: "UPSTREAM_FAILED" });
});

test("an overloaded provider is asked again before anything was streamed", async () => {
  const { model, calls } = await setup(json({}, 503), hangUp, events(complete));
  const { stream } = await model.doStream(ask("Hi"));
  expect(textOf(await collectParts(stream))).toBe("Hello");
  expect(calls()).toBe(3);
});

test("a stream that breaks before its first word is tried again", async () => {
  const { model, calls } = await setup(events([], "cut"), events(complete));
  const { stream } = await model.doStream(ask("Hi"));
  expect(textOf(await collectParts(stream))).toBe("Hello");
  expect(calls()).toBe(2);
});

test("a stream that breaks later keeps its words and ends with an error", async () => {
  const { model, calls } = await setup(events([openAiChunk("Hel")], "cut"), events(complete));
  const { stream } = await model.doStream(ask("Hi"));
  const parts = await collectParts(stream);
  expect(textOf(parts)).toBe("Hel");
  expect(parts.findLast(({ type }) => type === "error")).toMatchObject({
    error: { code: "UPSTREAM_FAILED", reason: "provider.stream_interrupted" },
  });
  expect(calls()).toBe(1);
});

test("a stream that ends without its finish is an error", async () => {
  const { model } = await setup(events([openAiChunk("Hel")]));
  const { stream } = await model.doStream(ask("Hi"));
  const errors = (await collectParts(stream)).filter(({ type }) => type === "error");
  expect(errors).toMatchObject([{ error: { code: "UPSTREAM_FAILED" } }]);
});

test("garbage between the words is an error", async () => {
  const { model } = await setup(events([openAiChunk("Hel"), "{not json", openAiChunk("", "stop")]));
  const { stream } = await model.doStream(ask("Hi"));
  const errors = (await collectParts(stream)).filter(({ type }) => type === "error");
  expect(errors).toMatchObject([{ error: { code: "UPSTREAM_FAILED", reason: "provider.unexpected_answer" } }]);
});

test("an abort ends the stream and reaches the provider", async () => {
  const { model, server } = await setup((response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(`data: ${JSON.stringify(openAiChunk("Hel"))}\n\n`);
  });
  const controller = new AbortController();
  const { stream } = await model.doStream(ask("Hi", { abortSignal: controller.signal }));
  const parts = collectParts(stream);
  controller.abort();
  expect((await parts).at(-1)).toMatchObject({ type: "error", error: { code: "CANCELLED" } });
  await server.requests[1]?.closed;
});

test("a time limit of the caller is a timeout of the request, and opens no circuit", async () => {
  const { model, registry } = await setup(() => undefined);
  for (let count = 0; count < 6; count += 1) {
    const call = model.doGenerate(ask("Hi", { abortSignal: AbortSignal.timeout(1) }));
    await expect(call).rejects.toMatchObject({ code: "TIMEOUT", reason: "request.timeout" });
  }
  expect(registry.providerStates().find(({ provider }) => provider === "openai")).toMatchObject({
    circuit: "closed",
    pausedModels: [],
  });
});

test("both paths to a model share one circuit, which counts requests and not attempts", async () => {
  const { model, calls, registry } = await setup(json({}, 500));
  for (let count = 0; count < 4; count += 1) await expect(model.doGenerate(ask("Hi"))).rejects.toThrow(GaiaError);
  expect(registry.providerStates().find(({ provider }) => provider === "openai")).toMatchObject({ pausedModels: [] });
  const { passThrough } = await registry.resolve("local-model");
  const refusal = await passThrough?.send({ path: "/chat/completions", body: "{}" });
  expect(refusal?.status).toBe(500);
  await refusal?.text();
  await expect(model.doGenerate(ask("Hi"))).rejects.toMatchObject({
    code: "UNAVAILABLE",
    message: expect.stringContaining("The model local-model keeps failing"),
  });
  await expect(passThrough?.send({ path: "/chat/completions", body: "{}" })).rejects.toMatchObject({
    code: "UNAVAILABLE",
  });
  expect(calls()).toBe(15);
});

test("a model that keeps failing takes no other model of its server with it", async () => {
  const { model, registry } = await setup((response, request) => {
    const { model: name } = JSON.parse(request.body) as { model: string };
    return name === "local-model"
      ? json({}, 500)(response, request)
      : json(openAiCompletion("Fine"))(response, request);
  });
  for (let count = 0; count < 5; count += 1) await expect(model.doGenerate(ask("Hi"))).rejects.toThrow(GaiaError);
  await expect(model.doGenerate(ask("Hi"))).rejects.toMatchObject({ reason: "provider.circuit_open" });
  const { model: other } = await registry.resolve("other-model");
  expect(await other.doGenerate(ask("Hi"))).toMatchObject({ content: [{ text: "Fine" }] });
  expect(registry.providerStates().find(({ provider }) => provider === "openai")).toMatchObject({
    circuit: "closed",
    pausedModels: ["local-model"],
  });
});

test("a server that is away is asked for none of its models", async () => {
  const { model, registry, server } = await setup(hangUp);
  for (let count = 0; count < 5; count += 1) await expect(model.doGenerate(ask("Hi"))).rejects.toThrow(GaiaError);
  const asked = server.requests.length;
  const { model: other } = await registry.resolve("other-model");
  await expect(other.doGenerate(ask("Hi"))).rejects.toMatchObject({
    code: "UNAVAILABLE",
    message: expect.stringContaining("The provider openai keeps failing"),
  });
  expect(server.requests).toHaveLength(asked);
});

test("an error that Anthropic reports inside its stream is translated", async () => {
  const start = {
    type: "message_start",
    message: {
      id: "m",
      type: "message",
      role: "assistant",
      model: "c",
      content: [],
      usage: { input_tokens: 1, output_tokens: 1 },
    },
  };
  const server = await startScriptedServer(
    events([
      start,
      { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
      { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "Hel" } },
      { type: "error", error: { type: "overloaded_error", message: "Overloaded" } },
    ]),
  );
  const { registry } = await createTestRegistry({ ANTHROPIC_API_KEY: "k", ANTHROPIC_BASE_URL: server.url });
  closers.push(server.close, registry.close);
  const { model } = await registry.resolve("claude-haiku-5-5");
  const { stream } = await model.doStream(ask("Hi"));
  expect((await collectParts(stream)).filter(({ type }) => type === "error")).toMatchObject([
    { error: { code: "UNAVAILABLE", reason: "provider.overloaded" } },
  ]);
});

test("OpenAI's new models get tools over the Responses API and talk over Chat Completions", async () => {
  const paths: string[] = [];
  const fetchStub: typeof fetch = async (input, init) => {
    const { pathname } = new URL(input instanceof Request ? input.url : input);
    const isStored = !(typeof init?.body === "string" && init.body.includes('"store":false'));
    paths.push(isStored ? pathname : `${pathname}, not stored`);
    return Response.json({ error: { message: "stop here" } }, { status: 400 });
  };
  const { registry } = await createTestRegistry({ OPENAI_API_KEY: "k" }, { fetch: fetchStub });
  closers.push(registry.close);
  const { model } = await registry.resolve("gpt-6-luna");
  await expect(model.doGenerate(ask("Hi"))).rejects.toThrow("stop here");
  await expect(model.doGenerate(ask("Hi", { tools: [functionTool("look")] }))).rejects.toThrow("stop here");
  expect(paths).toEqual(["/v1/chat/completions", "/v1/responses, not stored"]);
});

test("a tool call of OpenAI's new models arrives whole", async () => {
  const mock = new LLMock({ port: 0 });
  mock.onMessage("look", { toolCalls: [{ name: "look", arguments: { at: "tree" } }] });
  const url = new URL(await mock.start());
  const fetchStub: typeof fetch = (input, init) => {
    const { pathname } = new URL(input instanceof Request ? input.url : input);
    return fetch(new URL(pathname, url), init);
  };
  const { registry } = await createTestRegistry({ OPENAI_API_KEY: "k" }, { fetch: fetchStub });
  closers.push(async () => {
    await mock.stop();
  }, registry.close);
  const { model } = await registry.resolve("gpt-6.1-sol");
  const { stream } = await model.doStream(ask("look", { tools: [functionTool("look")] }));
  const parts = await collectParts(stream);
  expect(parts.filter(({ type }) => type === "error")).toEqual([]);
  expect(parts.find(({ type }) => type === "tool-call")).toMatchObject({ toolName: "look", input: '{"at":"tree"}' });
  expect(parts.at(-1)).toMatchObject({ type: "finish", finishReason: { unified: "tool-calls" } });
});

test("both dialects work against an independent mock of the providers", async () => {
  const mock = new LLMock({ port: 0 });
  mock.onMessage("Hi", { content: "Hello from the mock" });
  const url = await mock.start();
  const { registry } = await createTestRegistry({
    OPENAI_API_KEY: "k",
    OPENAI_BASE_URL: `${url}/v1`,
    ANTHROPIC_API_KEY: "k",
    ANTHROPIC_BASE_URL: url,
  });
  closers.push(async () => {
    await mock.stop();
  }, registry.close);
  const compatible = (await registry.list()).find(({ provider }) => provider === "openai");
  for (const name of ["claude-haiku-5-5", compatible?.id ?? "any"]) {
    const { model } = await registry.resolve(name);
    const { stream } = await model.doStream(ask("Hi"));
    expect(textOf(await collectParts(stream))).toBe("Hello from the mock");
  }
});
