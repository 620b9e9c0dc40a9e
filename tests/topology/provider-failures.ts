import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  answerJson,
  answerStream,
  mockModels,
  type ProviderName,
  providerNames,
  type Script,
  wireFormats,
} from "../support/mock-providers.ts";
import type { StartWorld, World } from "../support/start-gaia.ts";
import { openScriptedWorld, type ScriptedWorld } from "../support/worlds.ts";
import { chunksOf, eventsOf, jsonOf, post, textOf } from "./requests.ts";

const secretDetail = "internal-detail-of-the-provider";
const refusal = (status: number, headers: Readonly<Record<string, string>> = {}) =>
  answerJson({ type: "error", error: { type: "some_error", message: secretDetail } }, status, headers);
const page: Script = (response) => {
  response.writeHead(200, { "content-type": "text/html" }).end(`<html>${secretDetail}</html>`);
};
const hangUp: Script = (response) => {
  response.destroy();
};

interface Failure {
  readonly what: string;
  readonly script: Script | "refused";
  readonly status: number;
  readonly code: string;
  readonly retryAfter?: string;
}

const failures: readonly Failure[] = [
  { what: "refuses Gaia's key", script: refusal(401), status: 502, code: "UPSTREAM_FAILED" },
  {
    what: "limits the rate",
    script: refusal(429, { "retry-after": "30" }),
    status: 429,
    code: "RATE_LIMITED",
    retryAfter: "30",
  },
  { what: "fails", script: refusal(500), status: 502, code: "UPSTREAM_FAILED" },
  { what: "answers with a page", script: page, status: 502, code: "UPSTREAM_FAILED" },
  { what: "hangs up without a word", script: hangUp, status: 502, code: "UPSTREAM_FAILED" },
  { what: "is not there", script: "refused", status: 502, code: "UPSTREAM_FAILED" },
];

/** What the caller and the database get to know when a provider does not do its part. */
export function describeProviderFailures(name: string, startWorld: StartWorld): void {
  describe(`a provider that fails, ${name}`, () => {
    let opened: ScriptedWorld | undefined;
    let providers: ScriptedWorld["providers"];
    let world: ScriptedWorld["world"];
    let person: ScriptedWorld["person"];

    beforeAll(async () => {
      opened = await openScriptedWorld(startWorld);
      ({ providers, world, person } = opened);
    });
    afterAll(() => opened?.stop());

    const ask = (provider: ProviderName, path: string, more: object, requestId: string = randomUUID()) =>
      post(
        world,
        path,
        { model: mockModels[provider], messages: [{ role: "user", content: requestId }], ...more },
        { key: person.key, requestId },
      );

    /** A success between two failures, so that no circuit opens. */
    async function succeed(provider: ProviderName): Promise<void> {
      const requestId = randomUUID();
      providers[provider].script(requestId, wireFormats[provider].whole("Fine."));
      expect((await ask(provider, "/v1/chat/completions", {}, requestId)).status).toBe(200);
    }

    async function fail(provider: ProviderName, failure: Failure, path: string, stream: boolean): Promise<FailedCall> {
      await succeed(provider);
      const requestId = randomUUID();
      if (failure.script === "refused") await providers[provider].refuse();
      else providers[provider].script(requestId, failure.script);
      const response = await ask(provider, path, { stream }, requestId);
      if (failure.script === "refused") await providers[provider].accept();
      return { requestId, response };
    }

    describe.each(providerNames)("%s", (provider) => {
      describe.each(failures)("$what", (failure) => {
        test.each([false, true])("and an OpenAI client gets its error object (stream: %s)", async (stream) => {
          const { requestId, response } = await fail(provider, failure, "/v1/chat/completions", stream);
          expect(response.status).toBe(failure.status);
          expect(response.headers.get("retry-after")).toBe(failure.retryAfter ?? null);
          const body = await jsonOf(response);
          expect(body).toEqual({
            error: {
              message: expect.stringContaining(""),
              type: failure.status === 429 ? "rate_limit_error" : "api_error",
              param: null,
              code: expect.stringMatching(/^\w+$/),
            },
            request_id: requestId,
          });
          expect(JSON.stringify(body)).not.toContain(secretDetail);
          await expect
            .poll(() => usageOf(world, requestId))
            .toEqual([{ outcome: "failed", error_code: failure.code, token_source: "none", input_tokens: null }]);
        });

        test.each([false, true])(
          "and a Gaia client gets detail and code, the question is kept (stream: %s)",
          async (stream) => {
            const { requestId, response } = await fail(provider, failure, "/api/v1/chat", stream);
            expect(response.status).toBe(failure.status);
            const body = await jsonOf(response);
            expect(body).toMatchObject({ detail: expect.any(String), code: failure.code, request_id: requestId });
            expect(JSON.stringify(body)).not.toContain(secretDetail);
            expect(await messagesOf(world, requestId)).toEqual([
              { role: "user", content: requestId, status: "complete", error_code: null },
              { role: "assistant", content: "", status: "failed", error_code: failure.code },
            ]);
            expect(await usageOf(world, requestId)).toMatchObject([{ outcome: "failed", error_code: failure.code }]);
          },
        );
      });

      describe("breaks off in the middle of a stream", () => {
        const { begin } = wireFormats[provider];
        const breaks = [
          ["by a cut connection", answerStream(begin(["Hel", "lo"]), "cut")],
          ["by ending early", answerStream(begin(["Hel", "lo"]), "complete")],
          ["with garbage", answerStream(`${begin(["Hel", "lo"])}data: {"broken\n\n`, "complete")],
          [
            "with an error of its own",
            answerStream(
              `${begin(["Hel", "lo"])}event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"${secretDetail}"}}\n\n`,
              "complete",
            ),
          ],
        ] as const;
        beforeEach(() => succeed(provider));

        test.each(breaks)("%s: an OpenAI stream ends with the error", async (_how, script) => {
          const requestId = randomUUID();
          providers[provider].script(requestId, script);
          const response = await ask(provider, "/v1/chat/completions", { stream: true }, requestId);
          expect(response.status).toBe(200);
          const events = await eventsOf(response);
          expect(events).not.toContain("[DONE]");
          const chunks = chunksOf(events);
          expect(textOf(chunks)).toBe("Hello");
          expect(chunks.at(-1)).toMatchObject({
            error: { type: "api_error", message: expect.any(String) },
            request_id: requestId,
          });
          expect(JSON.stringify(chunks)).not.toContain(secretDetail);
          await expect.poll(() => usageOf(world, requestId)).toMatchObject([{ outcome: "failed" }]);
        });

        test.each(breaks)(
          "%s: a Gaia stream ends with an error chunk and one [DONE], the part is kept",
          async (_how, script) => {
            const requestId = randomUUID();
            providers[provider].script(requestId, script);
            const events = await eventsOf(await ask(provider, "/api/v1/chat", { stream: true }, requestId));
            expect(events.filter((data) => data === "[DONE]")).toHaveLength(1);
            expect(events.at(-1)).toBe("[DONE]");
            const chunks = chunksOf(events);
            expect(textOf(chunks)).toBe("Hello");
            expect(chunks.at(-1)).toMatchObject({
              model: "error",
              choices: [{ delta: {}, finish_reason: "error" }],
              error: { type: "streaming_error", message: expect.any(String) },
            });
            expect(JSON.stringify(chunks)).not.toContain(secretDetail);
            expect(await messagesOf(world, requestId)).toMatchObject([
              { role: "user" },
              { role: "assistant", content: "Hello", status: "partial", error_code: expect.any(String) },
            ]);
            expect(await usageOf(world, requestId)).toMatchObject([{ outcome: "failed" }]);
          },
        );
      });

      test("sends half of a whole answer, and the caller gets 502", async () => {
        await succeed(provider);
        const requestId = randomUUID();
        providers[provider].script(requestId, (response) => {
          response.writeHead(200, { "content-type": "application/json", "content-length": "500" });
          response.write('{"id":"x","choices":[{"mess', () => response.destroy());
        });
        const response = await ask(provider, "/api/v1/chat", {}, requestId);
        expect(response.status).toBe(502);
        expect(await messagesOf(world, requestId)).toMatchObject([{ role: "user" }, { status: "failed" }]);
      });
    });

    test("no key of a provider or of a person is in the log", () => {
      const text = JSON.stringify(world.logs());
      expect(text).toContain("UPSTREAM_FAILED");
      for (const secret of ["test-openai-key", "test-anthropic-key", person.key, world.key]) {
        expect(text).not.toContain(secret);
      }
    });
  });
}

interface FailedCall {
  readonly requestId: string;
  readonly response: Response;
}

function usageOf({ database }: World, requestId: string) {
  return database.kysely
    .selectFrom("usage_records")
    .select(["outcome", "error_code", "token_source", "input_tokens"])
    .where("request_id", "=", requestId)
    .execute();
}

function messagesOf({ database }: World, requestId: string) {
  return database.kysely
    .selectFrom("chat_messages")
    .select(["role", "content", "status", "error_code"])
    .where("request_id", "=", requestId)
    .orderBy("sequence")
    .execute();
}
