import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { answerStream, mockModels, type ProviderName, providerNames, wireFormats } from "../support/mock-providers.ts";
import type { StartWorld, World } from "../support/start-gaia.ts";
import { openScriptedWorld, type ScriptedWorld } from "../support/worlds.ts";
import { dataOf, chunksOf, post, textOf } from "./requests.ts";

const patience = { timeout: 5_000 };

/** A caller who goes away ends the provider's work too, and what had arrived is kept. */
export function describeHangUps(name: string, startWorld: StartWorld): void {
  describe(`a caller who hangs up, ${name}`, () => {
    let opened: ScriptedWorld | undefined;
    let providers: ScriptedWorld["providers"];
    let world: ScriptedWorld["world"];
    let person: ScriptedWorld["person"];

    beforeAll(async () => {
      opened = await openScriptedWorld(startWorld);
      ({ providers, world, person } = opened);
    });
    afterAll(() => opened?.stop());

    const ask = (provider: ProviderName, path: string, stream: boolean, requestId: string, signal: AbortSignal) =>
      post(
        world,
        path,
        { model: mockModels[provider], messages: [{ role: "user", content: requestId }], stream },
        { key: person.key, requestId, signal },
      );

    describe.each(providerNames)("while %s answers", (provider) => {
      describe.each(["/v1/chat/completions", "/api/v1/chat", "/api/v1/chat/completions"])("on %s", (path) => {
        test("in the middle of a stream", async () => {
          const requestId = randomUUID();
          const hangingUp = new AbortController();
          providers[provider].script(requestId, answerStream(wireFormats[provider].begin(["Hel", "lo"]), "open"));
          const response = await ask(provider, path, true, requestId, hangingUp.signal);
          await readUntil(response, "Hello");
          const [request] = providers[provider].requestsWith(requestId);
          expect(request?.isClosed()).toBe(false);
          hangingUp.abort();
          await expect.poll(() => request?.isClosed(), patience).toBe(true);
          expect(request?.isAnswered()).toBe(false);
          await expect
            .poll(() => usageOf(world, requestId), patience)
            .toEqual([{ outcome: "cancelled", error_code: "CANCELLED" }]);
          if (path !== "/api/v1/chat") return;
          expect(await answerOf(world, requestId)).toEqual([
            { content: "Hello", status: "partial", error_code: "CANCELLED" },
          ]);
        });

        test.each([false, true])("before anything was answered (stream: %s)", async (stream) => {
          const requestId = randomUUID();
          const hangingUp = new AbortController();
          providers[provider].script(requestId, () => undefined);
          const response = ask(provider, path, stream, requestId, hangingUp.signal);
          await expect.poll(() => providers[provider].requestsWith(requestId), patience).toHaveLength(1);
          const [request] = providers[provider].requestsWith(requestId);
          expect(request?.isClosed()).toBe(false);
          hangingUp.abort();
          await expect(response).rejects.toMatchObject({ name: "AbortError" });
          await expect.poll(() => request?.isClosed(), patience).toBe(true);
          await expect
            .poll(() => usageOf(world, requestId), patience)
            .toEqual([{ outcome: "cancelled", error_code: "CANCELLED" }]);
          if (path !== "/api/v1/chat") return;
          expect(await answerOf(world, requestId)).toEqual([
            { content: "", status: "failed", error_code: "CANCELLED" },
          ]);
        });
      });
    });
  });
}

async function readUntil(response: Response, text: string): Promise<void> {
  let seen = "";
  for await (const bytes of response.body?.pipeThrough(new TextDecoderStream()).values({ preventCancel: true }) ?? []) {
    seen += bytes;
    if (textOf(chunksOf(dataOf(seen.slice(0, seen.lastIndexOf("\n\n") + 2)))).includes(text)) return;
  }
  throw new Error(`the stream ended without ${text}: ${seen}`);
}

function usageOf({ database }: World, requestId: string) {
  return database.kysely
    .selectFrom("usage_records")
    .select(["outcome", "error_code"])
    .where("request_id", "=", requestId)
    .execute();
}

function answerOf({ database }: World, requestId: string) {
  return database.kysely
    .selectFrom("chat_messages")
    .select(["content", "status", "error_code"])
    .where("request_id", "=", requestId)
    .where("role", "=", "assistant")
    .execute();
}
