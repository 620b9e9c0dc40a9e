import { afterEach, expect, test } from "vitest";
import { createTestRegistry } from "./testing/create-test-registry.ts";
import { json, raw, startScriptedServer, type Script } from "./testing/scripted-server.ts";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function setup(script: Script, settings: Record<string, string> = {}) {
  const server = await startScriptedServer(script);
  const world = await createTestRegistry({ OPENAI_BASE_URL: `${server.url}/v1`, ...settings });
  closers.push(server.close, world.registry.close);
  return { ...world, server };
}

// Stands for OpenAI and Anthropic themselves.
async function setupOfficial(settings: Record<string, string>, listed: Record<string, readonly string[]> = {}) {
  const asked: string[] = [];
  const fetchStub: typeof fetch = async (input) => {
    const { host } = new URL(input instanceof Request ? input.url : input);
    asked.push(host);
    const ids = listed[host];
    if (!ids) throw new TypeError("fetch failed", { cause: new Error("offline") });
    return Response.json({ data: ids.map((id) => ({ id })) });
  };
  const world = await createTestRegistry(settings, { fetch: fetchStub });
  closers.push(world.registry.close);
  return { ...world, asked };
}

const list = (...ids: readonly string[]) => json({ object: "list", data: ids.map((id) => ({ id, object: "model" })) });

test("without a provider there is gaia-offline, and every retired name leads to it", async () => {
  const { registry } = await setupOfficial({});
  expect((await registry.list()).map(({ id }) => id)).toEqual(["gaia-offline"]);
  for (const name of [undefined, "gaia-offline", "claude-3-haiku-20240307", "gpt-4o-mini"]) {
    expect((await registry.resolve(name)).card.id).toBe("gaia-offline");
  }
  expect((await registry.resolve(undefined)).passThrough).toBeUndefined();
});

test("an unknown model names those that exist", async () => {
  const { registry } = await setupOfficial({});
  await expect(registry.resolve("x")).rejects.toMatchObject({
    code: "NOT_FOUND",
    reason: "model.not_found",
    message: "The model 'x' does not exist. Available models: gaia-offline",
    details: { available: ["gaia-offline"] },
  });
});

test("with a provider gaia-offline does not exist", async () => {
  const { registry } = await setupOfficial({ ANTHROPIC_API_KEY: "k" });
  await expect(registry.resolve("gaia-offline")).rejects.toMatchObject({ code: "NOT_FOUND" });
});

test("the default is the small model of the first provider, Anthropic before OpenAI", async () => {
  const both = { ANTHROPIC_API_KEY: "k", OPENAI_API_KEY: "k" };
  const defaultOf = async (settings: Record<string, string>) =>
    (await (await setupOfficial(settings)).registry.resolve(undefined)).card.id;
  expect(await defaultOf(both)).toBe("claude-haiku-5-5");
  expect(await defaultOf({ OPENAI_API_KEY: "k" })).toBe("gpt-6-luna");
  expect(await defaultOf({ ...both, DEFAULT_LLM_PROVIDER: "openai" })).toBe("gpt-6-luna");
  expect(await defaultOf({ ...both, DEFAULT_LLM_MODEL: "claude-opus-5-5" })).toBe("claude-opus-5-5");
  expect(await defaultOf({ ...both, DEFAULT_LLM_MODEL: "claude-3-5-sonnet-20241022" })).toBe("claude-sonnet-5-5");
});

test("a known model is resolved without asking for the list", async () => {
  const { registry, asked } = await setupOfficial({ ANTHROPIC_API_KEY: "k" });
  await registry.resolve("claude-opus-5-5");
  await registry.resolve(undefined);
  expect(asked).toEqual([]);
});

test("a retired name leads to the current model of its size, also at another provider", async () => {
  const { registry } = await setupOfficial({ OPENAI_API_KEY: "k" });
  const answers = ["gpt-3.5-turbo", "gpt-4-turbo", "claude-3-haiku-20240307", "claude-3-opus-20240229"];
  const resolved = await Promise.all(answers.map((name) => registry.resolve(name)));
  expect(resolved.map(({ card }) => card.id)).toEqual(["gpt-6-luna", "gpt-6.1-sol", "gpt-6-luna", "gpt-6.1-sol"]);
  expect(resolved[0]?.requestedName).toBe("gpt-3.5-turbo");
});

test("a retired name that the provider still serves is that model", async () => {
  const { registry } = await setupOfficial({ OPENAI_API_KEY: "k" }, { "api.openai.com": ["gpt-4-turbo", "dall-e-3"] });
  const { card } = await registry.resolve("gpt-4-turbo");
  expect(card).toMatchObject({ id: "gpt-4-turbo", price: null, contextWindow: null, abilities: null });
  const ids = (await registry.list()).map(({ id }) => id);
  expect(ids).toContain("gpt-4-turbo");
  expect(ids).not.toContain("dall-e-3");
});

test("a model becomes a retired name on its last day", async () => {
  const { registry, pass } = await setupOfficial({ OPENAI_API_KEY: "k" });
  expect((await registry.resolve("gpt-4o-mini")).card.id).toBe("gpt-4o-mini");
  pass(60 * 86_400_000);
  expect((await registry.resolve("gpt-4o-mini")).card.id).toBe("gpt-6-luna");
});

test("a compatible server has the models that it lists and no others", async () => {
  const { registry } = await setup(list("nomic-embed-text", "llama3", "qwen3"));
  expect((await registry.list()).map(({ id }) => id)).toEqual(["llama3", "qwen3"]);
  expect((await registry.resolve("qwen3")).card).toMatchObject({ provider: "openai", price: null });
  expect((await registry.resolve(undefined)).card.id).toBe("llama3");
  expect((await registry.resolve("claude-3-haiku-20240307")).card.id).toBe("llama3");
  await expect(registry.resolve("gpt-6-luna")).rejects.toMatchObject({
    code: "NOT_FOUND",
    details: { available: ["llama3", "qwen3"] },
  });
});

test("DEFAULT_LLM_MODEL leads a compatible server's models", async () => {
  const { registry } = await setup(list("llama3", "qwen3"), { DEFAULT_LLM_MODEL: "qwen3" });
  expect((await registry.list()).map(({ id }) => id)).toEqual(["qwen3", "llama3"]);
  expect((await registry.resolve(undefined)).card.id).toBe("qwen3");
  expect((await registry.resolve("gpt-4o")).card.id).toBe("qwen3");
});

test("the catalogue's figures are used for a listed model that it knows", async () => {
  const { registry } = await setup(list("gpt-6-luna"));
  expect((await registry.resolve("gpt-6-luna")).card.price?.input).toBe(0.1);
});

test("figures that a list tells are believed", async () => {
  const { registry } = await setup(
    json({ data: [{ id: "llama3", created: 7, owned_by: "vllm", max_model_len: 8192 }] }),
  );
  expect((await registry.resolve("llama3")).card).toMatchObject({ contextWindow: 8192, created: 7, ownedBy: "vllm" });
});

test("a server without a list gets any name", async () => {
  const { registry } = await setup(raw("404 page not found", 404, "text/plain"), { DEFAULT_LLM_MODEL: "mine" });
  expect((await registry.resolve("gpt-4o-mini")).card.id).toBe("gpt-4o-mini");
  expect((await registry.resolve(undefined)).card.id).toBe("mine");
  expect(registry.providerStates().find(({ provider }) => provider === "openai")).toMatchObject({
    configured: true,
    listing: "unsupported",
    lastErrorCode: null,
  });
});

test("a server without a list and without a default needs a name", async () => {
  const { registry } = await setup(raw("", 404));
  await expect(registry.resolve(undefined)).rejects.toThrow(/name one, or set DEFAULT_LLM_MODEL/);
});

test("a list is asked for once a minute, however many ask", async () => {
  const { registry, server, pass } = await setup(list("llama3"));
  await Promise.all([registry.list(), registry.list(), registry.resolve("llama3"), registry.resolve(undefined)]);
  expect(server.requests).toHaveLength(1);
  expect(server.requests[0]?.path).toBe("/v1/models");
  pass(59_999);
  await registry.list();
  expect(server.requests).toHaveLength(1);
  pass(1);
  await registry.list();
  expect(server.requests).toHaveLength(2);
});

test("a model that appears is found without waiting for a minute to pass in vain", async () => {
  const server = await startScriptedServer(list("llama3"), list("llama3", "qwen3"));
  const { registry, pass } = await createTestRegistry({ OPENAI_BASE_URL: server.url });
  closers.push(server.close, registry.close);
  await registry.list();
  await expect(registry.resolve("qwen3")).rejects.toMatchObject({ code: "NOT_FOUND" });
  pass(60_000);
  expect((await registry.resolve("qwen3")).card.id).toBe("qwen3");
});

test("a failed list leaves the catalogue and is remembered", async () => {
  const { registry } = await setupOfficial({ ANTHROPIC_API_KEY: "k" });
  expect((await registry.list())[0]?.id).toBe("claude-haiku-5-5");
  expect(registry.providerStates()).toMatchObject([
    {
      provider: "anthropic",
      configured: true,
      host: "api.anthropic.com",
      listing: "failed",
      lastErrorCode: "UPSTREAM_FAILED",
    },
    { provider: "openai", configured: false, host: "api.openai.com" },
  ]);
});

test("a list that fails later does not take the known models away", async () => {
  const server = await startScriptedServer(list("llama3"), json({}, 500));
  const { registry, pass } = await createTestRegistry({ OPENAI_BASE_URL: server.url });
  closers.push(server.close, registry.close);
  await registry.list();
  pass(60_000);
  expect((await registry.list()).map(({ id }) => id)).toEqual(["llama3"]);
});

test("a list that is not one is a failure", async () => {
  const { registry } = await setup(raw("<html></html>"));
  await registry.list();
  expect(registry.providerStates()).toMatchObject([{}, { listing: "failed", lastErrorCode: "UPSTREAM_FAILED" }]);
});
