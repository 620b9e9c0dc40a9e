import { afterEach, expect, test } from "vitest";
import { startScriptedServer, json, type Script, type ScriptedServer } from "../testing/scripted-server.ts";
import { listProviderModels } from "./list-provider-models.ts";

let server: ScriptedServer | undefined;
afterEach(async () => {
  await server?.close();
});

async function listFrom(script: Script, { provider = "openai", timeoutMilliseconds = 5000 } = {}) {
  server = await startScriptedServer(script);
  const headers = { authorization: "Bearer k" };
  return listProviderModels({ provider, baseUrl: `${server.url}/v1`, headers, fetch, timeoutMilliseconds });
}

test("Anthropic's list is read with its limits and dates", async () => {
  const model = {
    type: "model",
    id: "claude-haiku-5-5",
    display_name: "Claude Haiku 5.5",
    created_at: "2026-10-07T00:00:00Z",
    max_input_tokens: 1_000_000,
    max_tokens: 128_000,
  };
  expect(await listFrom(json({ data: [model], has_more: false }), { provider: "anthropic" })).toEqual({
    kind: "known",
    models: [
      {
        id: "claude-haiku-5-5",
        displayName: "Claude Haiku 5.5",
        created: Date.UTC(2026, 9, 7) / 1000,
        ownedBy: null,
        contextWindow: 1_000_000,
        maxOutputTokens: 128_000,
      },
    ],
  });
  expect(server?.requests[0]?.path).toBe("/v1/models?limit=1000");
});

test("Ollama's empty list is null, and means none", async () => {
  expect(await listFrom(json({ object: "list", data: null }))).toEqual({ kind: "known", models: [] });
});

test("a server that does not answer in time is given up", async () => {
  await expect(listFrom(() => undefined, { timeoutMilliseconds: 30 })).rejects.toMatchObject({ code: "TIMEOUT" });
});

test("refused credentials are told", async () => {
  await expect(listFrom(json({}, 401))).rejects.toMatchObject({ reason: "provider.unauthenticated" });
});
