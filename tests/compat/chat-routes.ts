import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { issueApiKey } from "@gaia/auth";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  answerStream,
  mockModels,
  type ProviderName,
  providerNames,
  type Script,
  wireFormats,
} from "../support/mock-providers.ts";
import { createPerson, type StartWorld, type World } from "../support/start-gaia.ts";
import { openScriptedWorld, type ScriptedWorld } from "../support/worlds.ts";
import { type Answer, chunksOf, dataOf, eventsOf, get, jsonOf, post, textOf } from "../topology/requests.ts";

const run = promisify(execFile);
const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;
const mu = "You are Mu, a small robot companion";
const readme = new URL("../../README.md", import.meta.url);

/** The chat routes that the Python system's clients call. */
export function describeChatRoutes(name: string, startWorld: StartWorld): void {
  describe(`Gaia's own chat routes, ${name}`, () => {
    let opened: ScriptedWorld | undefined;
    let providers: ScriptedWorld["providers"];
    let world: ScriptedWorld["world"];
    let person: ScriptedWorld["person"];

    beforeAll(async () => {
      opened = await openScriptedWorld(startWorld);
      ({ providers, world, person } = opened);
    });
    afterAll(() => opened?.stop());

    const ask = (path: string, body: object, requestId: string = randomUUID(), key = person.key) =>
      post(world, path, body, { key, requestId });

    /** A question that nobody else asks, and what the provider says to it. */
    function question(answer = "Fine.", provider: ProviderName = "openai", script?: Script): string {
      const text = `question ${randomUUID()}`;
      providers[provider].script(text, script ?? wireFormats[provider].whole(answer));
      return text;
    }

    const sentWith = (text: string, provider: ProviderName = "openai"): Answer[] =>
      providers[provider].requestsWith(text).map(({ body }) => JSON.parse(body) as Answer);

    describe("POST /api/v1/chat", () => {
      test.each(["message", "messages"])("answers a %s with the OpenAI object and _metadata", async (field) => {
        const text = question("Fine.");
        const requestId = randomUUID();
        const body = field === "message" ? { message: text } : { messages: [{ role: "user", content: text }] };
        const response = await ask("/api/v1/chat", body, requestId);
        expect(response.status).toBe(200);
        const answer = await jsonOf(response);
        expect(answer).toEqual({
          id: expect.any(String),
          object: "chat.completion",
          created: expect.any(Number),
          model: mockModels.openai,
          choices: [{ index: 0, message: { role: "assistant", content: "Fine." }, finish_reason: "stop" }],
          usage: { prompt_tokens: 5, completion_tokens: 3, total_tokens: 8, input_tokens: 5, output_tokens: 3 },
          conversation_id: expect.stringMatching(uuid),
          _metadata: {
            conversation_id: answer["conversation_id"],
            request_id: requestId,
            route_type: "direct",
            routing_time_ms: expect.any(Number),
            llm_time_ms: expect.any(Number),
            total_time_ms: expect.any(Number),
          },
        });
        expect(response.headers.get("x-conversation-id")).toBe(answer["conversation_id"]);
      });

      test("speaks as Mu: the prompt reaches OpenAI before everything else", async () => {
        const text = question("Beep.");
        await ask("/api/v1/chat", { message: text });
        const [sent] = sentWith(text);
        expect(sent?.["messages"]).toEqual([
          { role: "system", content: expect.stringContaining(mu) },
          { role: "user", content: text },
        ]);
        expect(JSON.stringify(sent)).not.toContain("{tools_section}");
      });

      test("speaks as Mu: the prompt reaches Anthropic as its system", async () => {
        const text = question("Beep.", "anthropic");
        await ask("/api/v1/chat", { message: text, model: mockModels.anthropic });
        const [sent] = sentWith(text, "anthropic");
        expect(JSON.stringify(sent?.["system"])).toContain(mu);
        expect(JSON.stringify(sent)).not.toContain("{tools_section}");
      });

      test("stores question and answer in a conversation of the caller", async () => {
        const text = question("Stored.");
        const requestId = randomUUID();
        const answer = await jsonOf(await ask("/api/v1/chat", { message: text }, requestId));
        const rows = await world.database.kysely
          .selectFrom("chat_messages")
          .innerJoin("conversations", "conversations.id", "chat_messages.conversation_id")
          .select(["role", "content", "status", "chat_messages.user_id", "conversations.user_id as owner", "title"])
          .where("conversation_id", "=", String(answer["conversation_id"]))
          .orderBy("sequence")
          .execute();
        const owned = { user_id: person.userId, owner: person.userId, status: "complete", title: expect.any(String) };
        expect(rows).toEqual([
          { ...owned, role: "user", content: text },
          { ...owned, role: "assistant", content: "Stored." },
        ]);
      });

      test.each([false, true])("carries the history on with the conversation's id (stream: %s)", async (stream) => {
        const first = question("My name is Mu.");
        const { conversation_id } = await jsonOf(await ask("/api/v1/chat", { message: first }));
        const second = question("You asked for my name.", "openai", stream ? streamOf(["You asked."]) : undefined);
        const response = await ask("/api/v1/chat", { message: second, conversation_id, stream });
        expect(response.headers.get("x-conversation-id")).toBe(conversation_id);
        await response.text();
        expect(sentWith(second)[0]?.["messages"]).toEqual([
          { role: "system", content: expect.stringContaining(mu) },
          { role: "user", content: first },
          { role: "assistant", content: "My name is Mu." },
          { role: "user", content: second },
        ]);
      });

      test("lets another key of the same person go on", async () => {
        const { kysely } = world.database;
        const { conversation_id } = await jsonOf(await ask("/api/v1/chat", { message: question() }));
        const input = { email: person.email, name: "second", isAdmin: false, expiresAt: null };
        const { secret } = await issueApiKey({ kysely, now: () => new Date() }, input);
        const response = await ask("/api/v1/chat", { message: question(), conversation_id }, randomUUID(), secret);
        expect(response.status).toBe(200);
      });

      test("does not know other people's conversations, nor ids that are none", async () => {
        const stranger = await createPerson(world);
        const { conversation_id } = await jsonOf(await ask("/api/v1/chat", { message: question() }));
        for (const id of [conversation_id, randomUUID(), "not-an-id", "'; drop table users; --"]) {
          for (const path of ["/api/v1/chat", "/api/v1/chat/completions", "/v1/chat/completions"]) {
            const text = question();
            const body = { message: text, messages: [{ role: "user", content: text }], conversation_id: id };
            const response = await ask(path, body, randomUUID(), stranger.key);
            expect(response.status).toBe(404);
            expect(sentWith(text)).toEqual([]);
          }
        }
        const rows = await messagesOf(world, stranger.userId);
        expect(rows).toEqual([]);
      });

      test("is not told who calls by the body", async () => {
        const stranger = await createPerson(world);
        const text = question();
        await ask("/api/v1/chat", { message: text, user_id: stranger.userId, _auth: { user_id: stranger.userId } });
        expect(await messagesOf(world, stranger.userId)).toEqual([]);
        expect(JSON.stringify(sentWith(text))).not.toContain("_auth");
      });

      test("streams chunks with _metadata in the last one, then one [DONE]", async () => {
        const text = question("", "openai", streamOf(["Hel", "lo"]));
        const requestId = randomUUID();
        const response = await ask("/api/v1/chat", { message: text, stream: true }, requestId);
        expect(response.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
        const conversationId = response.headers.get("x-conversation-id");
        expect(conversationId).toMatch(uuid);
        const events = await eventsOf(response);
        expect(events.indexOf("[DONE]")).toBe(events.length - 1);
        const chunks = chunksOf(events);
        expect(textOf(chunks)).toBe("Hello");
        expect(chunks.filter((chunk) => chunk["_metadata"] !== undefined)).toHaveLength(1);
        expect(chunks.at(-1)).toMatchObject({
          object: "chat.completion.chunk",
          choices: [{ index: 0, delta: {}, finish_reason: "stop" }],
          _metadata: { conversation_id: conversationId, request_id: requestId, route_type: "direct" },
        });
      });

      test.each(providerNames)("has stored the answer of %s before [DONE] leaves", async (provider) => {
        const { begin, end } = wireFormats[provider];
        const finish = Promise.withResolvers<void>();
        const text = question("", provider, async (response) => {
          response.writeHead(200, { "content-type": "text/event-stream" }).write(begin(["Hel", "lo"]));
          await finish.promise;
          response.end(end());
        });
        const requestId = randomUUID();
        const body = { message: text, model: mockModels[provider], stream: true };
        const response = await ask("/api/v1/chat", body, requestId);
        const isDone = readUntilDone(response);
        const storage = await world.database.pool.connect();
        try {
          await storage.query("begin");
          await storage.query("lock table chat_messages in exclusive mode");
          finish.resolve();
          await expect.poll(() => providers[provider].requestsWith(text)[0]?.isAnswered()).toBe(true);
          // Nothing can be stored now, so nothing may be done: a [DONE] on its way would be here.
          expect(await Promise.race([isDone, delay(400, "waiting")])).toBe("waiting");
        } finally {
          await storage.query("commit");
          storage.release();
        }
        expect(await isDone).toBe("done");
        const rows = await world.database.kysely
          .selectFrom("chat_messages")
          .select(["content", "status", "input_tokens", "output_tokens"])
          .where("request_id", "=", requestId)
          .where("role", "=", "assistant")
          .execute();
        expect(rows).toEqual([{ content: "Hello", status: "complete", input_tokens: 5, output_tokens: 3 }]);
      });

      test("refuses an unknown persona and an empty message, and ignores fields it does not know", async () => {
        expect((await ask("/api/v1/chat", { message: question(), persona_id: randomUUID() })).status).toBe(404);
        expect((await ask("/api/v1/chat", { message: "  " })).status).toBe(422);
        const text = question();
        const body = { message: text, activity: "quest", response_format: "v0.3", persona_id: "default" };
        expect((await ask("/api/v1/chat", body)).status).toBe(200);
        expect(JSON.stringify(sentWith(text)[0]?.["messages"])).toContain(mu);
      });

      test("answers a retired model's name with the model of today", async () => {
        const text = question("Fine.", "anthropic");
        const requestId = randomUUID();
        const model = "claude-3-haiku-20240307";
        const answer = await jsonOf(await ask("/api/v1/chat", { message: text, model }, requestId));
        expect(answer["model"]).toBe(mockModels.anthropic);
        expect(await usageOf(world, requestId)).toMatchObject([
          { model: mockModels.anthropic, requested_model: model },
        ]);
        const { data } = await jsonOf(await get(world, "/v1/models", person.key));
        const heir = (data as Answer[]).find(({ id }) => id === mockModels.anthropic);
        expect(heir?.["aliases"]).toContain(model);
      });
    });

    describe("POST /api/v1/chat/completions", () => {
      test("with messages is OpenAI's, untouched by any persona, and stores nothing", async () => {
        const text = question("Hello.");
        const requestId = randomUUID();
        const response = await ask(
          "/api/v1/chat/completions",
          { messages: [{ role: "user", content: text }] },
          requestId,
        );
        expect(response.status).toBe(200);
        const answer = await jsonOf(response);
        expect(answer).toMatchObject({ object: "chat.completion", choices: [{ message: { content: "Hello." } }] });
        expect(answer).not.toHaveProperty("_metadata");
        expect(response.headers.get("x-conversation-id")).toBeNull();
        expect(sentWith(text)[0]?.["messages"]).toEqual([{ role: "user", content: text }]);
      });

      test("with one message answers the flat seven keys", async () => {
        const response = await ask("/api/v1/chat/completions", { message: question("Sure thing.") });
        expect(response.status).toBe(200);
        expect(await jsonOf(response)).toEqual({
          response: "Sure thing.",
          provider: "openai",
          model: mockModels.openai,
          usage: { input_tokens: 5, output_tokens: 3, total_tokens: 8 },
          response_time_ms: expect.any(Number),
          reasoning: expect.any(String),
          fallback_used: false,
        });
      });

      test("with both is OpenAI's", async () => {
        const text = question("Both.");
        const body = { message: "ignored", messages: [{ role: "user", content: text }] };
        expect(await jsonOf(await ask("/api/v1/chat/completions", body))).toMatchObject({ object: "chat.completion" });
        expect(JSON.stringify(sentWith(text))).not.toContain("ignored");
      });

      test("streams, with one [DONE] last", async () => {
        const text = question("", "openai", streamOf(["Hel", "lo"]));
        const events = await eventsOf(await ask("/api/v1/chat/completions", { message: text, stream: true }));
        expect(textOf(chunksOf(events))).toBe("Hello");
        expect(events.indexOf("[DONE]")).toBe(events.length - 1);
      });

      test("stores the exchange when a conversation_id is sent", async () => {
        const text = question("Kept.");
        const body = { messages: [{ role: "user", content: text }], conversation_id: "new" };
        const answer = await jsonOf(await ask("/api/v1/chat/completions", body));
        expect(answer["conversation_id"]).toMatch(uuid);
        const again = question("Remembered.");
        await ask("/api/v1/chat/completions", {
          messages: [{ role: "user", content: again }],
          conversation_id: answer["conversation_id"],
        });
        expect(sentWith(again)[0]?.["messages"]).toMatchObject([
          { content: text },
          { content: "Kept." },
          { content: again },
        ]);
      });

      test("works with the README's own curl lines", async () => {
        providers.openai.script('"Hello!"', (response, request) => {
          const { stream } = JSON.parse(request.body) as { readonly stream?: boolean };
          const script = stream === true ? streamOf(["Hi!"]) : wireFormats.openai.whole("Hi!");
          return script(response, request);
        });
        providers.openai.script("Good morning", wireFormats.openai.whole("Hi!"));
        const lines = (await readFile(readme, "utf8")).match(/^curl (?:.*\\\n)*.*$/gm) ?? [];
        const chats = lines.filter((line) => line.includes("/chat"));
        expect(chats.length).toBeGreaterThanOrEqual(3);
        for (const line of chats) {
          const command = line
            .replaceAll("http://localhost:8666", world.url)
            .replace(/^curl /, "curl -sS --fail-with-body ");
          const { stdout } = await run("bash", ["-c", command], {
            env: { PATH: process.env["PATH"], GAIA_API_KEY: person.key },
          });
          expect(stdout).toContain("Hi!");
        }
      });
    });

    test("GET /api/v1/chat/personas lists Mu", async () => {
      const answer = await jsonOf(await get(world, "/api/v1/chat/personas", person.key));
      expect(answer).toMatchObject({ success: true, total: 1, message: "Personas retrieved successfully" });
      expect(answer["personas"]).toEqual([
        {
          id: expect.stringMatching(uuid),
          name: "Mu",
          description: expect.any(String),
          system_prompt: expect.stringContaining(mu),
          personality_traits: expect.objectContaining({ cheerful: true }),
          capabilities: expect.objectContaining({ tool_usage: true }),
          is_active: true,
          created_by: "system",
          created_at: expect.stringMatching(/Z$/),
          updated_at: expect.stringMatching(/Z$/),
          settings: {},
          visibility: "public",
          is_default: true,
        },
      ]);
    });

    describe.each(providerNames)("an answer of %s", (provider) => {
      const paths = ["/v1/chat/completions", "/api/v1/chat/completions", "/api/v1/chat"];
      const cases = paths.flatMap((path) => [
        { path, stream: false, firstToken: null },
        { path, stream: true, firstToken: expect.any(Number) as number },
      ]);

      test.each(cases)("leaves one usage record with the real tokens ($path, stream: $stream)", async (one) => {
        const { path, stream, firstToken } = one;
        const text = question("Fine.", provider, stream ? streamOf(["Fi", "ne."], provider) : undefined);
        const requestId = randomUUID();
        const body = { model: mockModels[provider], messages: [{ role: "user", content: text }], stream };
        await (await ask(path, body, requestId)).text();
        await expect
          .poll(() => usageOf(world, requestId), { timeout: 5_000 })
          .toEqual([
            {
              user_id: person.userId,
              api_key_id: person.keyId,
              service: "chat",
              provider,
              model: mockModels[provider],
              requested_model: mockModels[provider],
              input_tokens: 5,
              output_tokens: 3,
              token_source: "provider",
              outcome: "ok",
              error_code: null,
              duration_ms: expect.any(Number),
              first_token_ms: firstToken,
            },
          ]);
      });
    });

    test("the event of a stored answer is published, with ids and counts and without any text", async () => {
      const text = question("A secret answer.");
      const answer = await jsonOf(await ask("/api/v1/chat", { message: text }));
      const rows = () =>
        world.database.kysely
          .selectFrom("event_outbox")
          .select(["subject", "payload", "published_at"])
          .where("payload", "@>", JSON.stringify({ details: { conversation_id: answer["conversation_id"] } }))
          .execute();
      await expect
        .poll(async () => (await rows()).map(({ published_at }) => published_at), { timeout: 5_000 })
        .toEqual([expect.any(Date)]);
      const [event] = await rows();
      expect(event).toMatchObject({
        subject: "gaia.chat.message.complete",
        payload: {
          message_id: expect.stringMatching(uuid),
          user_id: person.userId,
          status: "complete",
          details: {
            model: mockModels.openai,
            provider: "openai",
            input_tokens: 5,
            output_tokens: 3,
            error_code: null,
          },
        },
      });
      expect(JSON.stringify(event)).not.toContain("secret answer");
      expect(JSON.stringify(event)).not.toContain(text);
    });
  });
}

function streamOf(words: readonly string[], provider: ProviderName = "openai"): Script {
  const { begin, end } = wireFormats[provider];
  return answerStream(begin(words) + end(), "complete");
}

/** Resolves when `[DONE]` is there, whether or not the stream ends then. */
async function readUntilDone(response: Response): Promise<"done" | "cut"> {
  let seen = "";
  for await (const part of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    seen += part;
    if (dataOf(`${seen}\n\n`).includes("[DONE]")) return "done";
  }
  return "cut";
}

function messagesOf({ database }: World, userId: string) {
  return database.kysely.selectFrom("chat_messages").select("id").where("user_id", "=", userId).execute();
}

function usageOf({ database }: World, requestId: string) {
  return database.kysely
    .selectFrom("usage_records")
    .select([
      "user_id",
      "api_key_id",
      "service",
      "provider",
      "model",
      "requested_model",
      "input_tokens",
      "output_tokens",
      "token_source",
      "outcome",
      "error_code",
      "duration_ms",
      "first_token_ms",
    ])
    .where("request_id", "=", requestId)
    .execute();
}
