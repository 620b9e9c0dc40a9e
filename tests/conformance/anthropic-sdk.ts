import Anthropic, {
  type APIError,
  APIUserAbortError,
  AuthenticationError,
  BadRequestError,
  NotFoundError,
  RateLimitError,
} from "@anthropic-ai/sdk";
import type { MessageParam, Tool } from "@anthropic-ai/sdk/resources/messages";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { mockModels, type ProviderName, providerNames } from "../support/mock-providers.ts";
import type { StartWorld, World } from "../support/start-gaia.ts";
import { openTaughtWorld, type TaughtWorld } from "../support/worlds.ts";
import { answerOf, callsOf, failureOf, orderOf, textOf, wordsOf } from "./anthropic-answers.ts";
import {
  greeting,
  invoice,
  parisArguments,
  redPixel,
  romeArguments,
  teachAnswers,
  weatherTool as functionTool,
} from "./mock-answers.ts";

const { name, description, parameters } = functionTool.function;
const weatherTool = { name, description, input_schema: parameters } as Tool;
const questions = [
  "greet me",
  "What is the weather in Paris?",
  "What is the weather in Paris and Rome?",
  "think aloud about Paris",
  "Please read the invoice",
] as const;
const runs = 30;

/** The official `@anthropic-ai/sdk` as a client of Gaia, over both vendors' wire formats. */
export function describeAnthropicSdk(topology: string, startWorld: StartWorld): void {
  describe(`the @anthropic-ai/sdk package, ${topology}`, () => {
    let opened: TaughtWorld | undefined;
    let providers: TaughtWorld["providers"];
    let world: TaughtWorld["world"];
    let client: Anthropic;

    beforeAll(async () => {
      opened = await openTaughtWorld(startWorld, (mock) => {
        teachAnswers(mock);
        mock.on({ userMessage: "ponder" }, { content: "It is so.", reasoning: "Is it so? 🤔 Yes." }, { chunkSize: 4 });
      });
      ({ providers, world } = opened);
      client = new Anthropic({ baseURL: world.url, apiKey: world.key, maxRetries: 0 });
    });
    afterAll(() => opened?.stop());

    const ask = (provider: ProviderName, content: MessageParam["content"]) => ({
      model: mockModels[provider],
      max_tokens: 4096,
      messages: [{ role: "user" as const, content }],
    });

    describe.each(providerNames)("with %s behind it", (provider) => {
      test("gets a whole answer with its usage", async () => {
        const message = await client.messages.create(ask(provider, "greet me"));
        expect(message).toMatchObject({
          type: "message",
          role: "assistant",
          model: expect.stringContaining(mockModels[provider]),
          content: [{ type: "text", text: greeting }],
          stop_reason: "end_turn",
          stop_sequence: null,
          usage: { input_tokens: 21, output_tokens: 13 },
        });
        expect(message.id).toMatch(/^msg_/);
        expect(message._request_id).toMatch(/^[\w.-]{8,}$/);
      });

      test("gets a stream of events in Anthropic's order", async () => {
        const events = await Array.fromAsync(
          await client.messages.create({ ...ask(provider, "greet me"), stream: true }),
        );
        expect(orderOf(events)).toEqual([
          "message_start",
          "content_block_start 0",
          "content_block_delta 0",
          "content_block_stop 0",
          "message_delta",
          "message_stop",
        ]);
        expect(textOf(events)).toBe(greeting);
        expect(events.length).toBeGreaterThan(8);
        expect(events[0]).toMatchObject({
          message: { content: [], stop_reason: null, usage: { input_tokens: expect.any(Number) } },
        });
        expect(events.at(-2)).toMatchObject({ delta: { stop_reason: "end_turn" }, usage: { output_tokens: 13 } });
      });

      test("puts a stream together to the very answer that it gets whole", async () => {
        const whole = await client.messages.create(ask(provider, "greet me"));
        expect(answerOf(await client.messages.stream(ask(provider, "greet me")).finalMessage())).toEqual(
          answerOf(whole),
        );
      });

      test("goes through a round of tool use", async () => {
        const question = { ...ask(provider, "What is the weather in Paris?"), tools: [weatherTool] };
        const first = await client.messages.create(question);
        expect(first.stop_reason).toBe("tool_use");
        expect(callsOf(first)).toEqual([{ id: "call_paris", name: "get_weather", input: parisArguments }]);
        const second = await client.messages.create({
          ...question,
          messages: [
            ...question.messages,
            { role: "assistant", content: first.content },
            {
              role: "user",
              content: [
                { type: "tool_result", tool_use_id: "call_paris", content: [{ type: "text", text: '{"degrees":18}' }] },
              ],
            },
          ],
        });
        expect(second).toMatchObject({
          stop_reason: "end_turn",
          content: [{ type: "text", text: "It is 18 degrees in Paris." }],
        });
      });

      test("tells that a tool failed", async () => {
        const question = ask(provider, "What is the weather in Paris?");
        await client.messages.create({
          ...question,
          tools: [weatherTool],
          messages: [
            ...question.messages,
            { role: "assistant", content: [{ type: "tool_use", id: "call_1", name: "get_weather", input: {} }] },
            {
              role: "user",
              content: [{ type: "tool_result", tool_use_id: "call_1", content: "no such city", is_error: true }],
            },
          ],
        });
        const sent = providers.wires[provider].sent();
        expect(sent).toContain(
          provider === "anthropic" ? '"is_error":true' : String.raw`"content":"{\"error\":\"no such city\"}"`,
        );
      });

      test("gets parallel tool calls whole and streamed, one block after the other", async () => {
        const question = { ...ask(provider, "What is the weather in Paris and Rome?"), tools: [weatherTool] };
        const expected = [
          { id: "call_paris", name: "get_weather", input: parisArguments },
          { id: "call_rome", name: "get_weather", input: romeArguments },
        ];
        expect(callsOf(await client.messages.create(question))).toEqual(expected);
        const stream = client.messages.stream(question);
        const events = await Array.fromAsync(stream);
        expect(callsOf(await stream.finalMessage())).toEqual(expected);
        expect(orderOf(events).filter((step) => step.startsWith("content"))).toEqual([
          "content_block_start 0",
          "content_block_delta 0",
          "content_block_stop 0",
          "content_block_start 1",
          "content_block_delta 1",
          "content_block_stop 1",
        ]);
      });

      test("says which tools may be used, and how many at once", async () => {
        const question = { ...ask(provider, "What is the weather in Paris?"), tools: [weatherTool] };
        const choose = (tool_choice: Anthropic.ToolChoice) => client.messages.create({ ...question, tool_choice });
        await choose({ type: "any", disable_parallel_tool_use: true });
        await choose({ type: "tool", name: "get_weather" });
        const sent = providers.wires[provider].sent();
        const expected = {
          openai: [
            '"tool_choice":"required"',
            '"parallel_tool_calls":false',
            '"tool_choice":{"type":"function","function":{"name":"get_weather"}}',
          ],
          anthropic: [
            '"tool_choice":{"type":"any","disable_parallel_tool_use":true}',
            '"tool_choice":{"type":"tool","name":"get_weather"}',
          ],
        };
        for (const part of expected[provider]) expect(sent).toContain(part);
      });

      test("sends system blocks, stop sequences and who is asking", async () => {
        await client.messages.create({
          ...ask(provider, "greet me"),
          system: [
            { type: "text", text: "Be brief.", cache_control: { type: "ephemeral" } },
            { type: "text", text: "Be kind." },
          ],
          stop_sequences: ["THE END"],
          metadata: { user_id: `somebody-${provider}` },
        });
        const sent = providers.wires[provider].sent();
        for (const part of ["Be brief.", "Be kind.", "THE END", `somebody-${provider}`]) expect(sent).toContain(part);
        expect(sent.includes('"cache_control":{"type":"ephemeral"}')).toBe(provider === "anthropic");
      });

      test("sends an image, which reaches the provider whole", async () => {
        const data = redPixel.slice(redPixel.indexOf(",") + 1);
        const message = await client.messages.create(
          ask(provider, [
            { type: "text", text: "describe the picture" },
            { type: "image", source: { type: "base64", media_type: "image/png", data } },
          ]),
        );
        expect(message.content).toMatchObject([{ type: "text", text: "One red pixel." }]);
        expect(providers.wires[provider].sent()).toContain(data);
      });

      test("gets JSON of a schema, which the provider is told", async () => {
        const schema = {
          type: "object",
          properties: { customer: { type: "string" }, total: { type: "number" } },
          required: ["customer", "total"],
          additionalProperties: false,
        };
        const message = await client.messages.create({
          ...ask(provider, "Please read the invoice"),
          output_config: { format: { type: "json_schema", schema } },
        });
        expect(JSON.parse(wordsOf(message))).toEqual(invoice);
        expect(providers.wires[provider].sent()).toContain('"required":["customer","total"]');
      });

      test("gets what the model thought, whole and streamed", async () => {
        const whole = await client.messages.create(ask(provider, "ponder"));
        expect(whole.content).toMatchObject([
          { type: "thinking", thinking: "Is it so? 🤔 Yes.", signature: expect.stringMatching(/./) },
          { type: "text", text: "It is so." },
        ]);
        const stream = client.messages.stream(ask(provider, "ponder"));
        const signatures = (await Array.fromAsync(stream)).filter(
          (event) => event.type === "content_block_delta" && event.delta.type === "signature_delta",
        );
        expect(signatures.length).toBe(1);
        expect(answerOf(await stream.finalMessage())).toEqual(answerOf(whole));
      });

      test("aborts a stream, and the usage record says cancelled", async () => {
        const stream = await client.messages.create({ ...ask(provider, "talk slowly"), stream: true });
        const read = async () => {
          for await (const event of stream) if (event.type === "content_block_delta") stream.controller.abort();
        };
        const failure = await read().then(
          () => null,
          (error: unknown) => error,
        );
        expect(failure === null || failure instanceof APIUserAbortError).toBe(true);
        await expect.poll(() => outcomesOf(world, mockModels[provider])).toContain("cancelled");
      });

      test("raises RateLimitError with the provider's patience, before a stream begins too", async () => {
        for (const stream of [false, true]) {
          const error = await failureOf(client.messages.create({ ...ask(provider, "you are too fast"), stream }));
          expect(error).toBeInstanceOf(RateLimitError);
          expect(error).toMatchObject({ status: 429, type: "rate_limit_error" });
          expect((error as RateLimitError).headers.get("retry-after")).toBe("30");
        }
      });

      test("raises BadRequestError for what the provider refuses", async () => {
        const error = await failureOf(client.messages.create(ask(provider, "this is nonsense")));
        expect(error).toBeInstanceOf(BadRequestError);
        expect(error).toMatchObject({ status: 400, type: "invalid_request_error" });
        expect((error as BadRequestError).message).toContain("I do not understand");
      });

      test("reads streams that come in random pieces as the whole answer", { timeout: 120_000 }, async () => {
        const requestFor = (question: string) => ({ ...ask(provider, question), tools: [weatherTool] });
        const whole = new Map<string, unknown>();
        for (const question of questions) {
          whole.set(question, answerOf(await client.messages.create(requestFor(question))));
        }
        await fc.assert(
          fc.asyncProperty(fc.integer(), fc.constantFrom(...questions), async (seed, question) => {
            providers.wires[provider].reseed(seed);
            const message = await client.messages.stream(requestFor(question)).finalMessage();
            expect(answerOf(message)).toEqual(whole.get(question));
          }),
          { numRuns: runs },
        );
      });
    });

    test.each([
      ["a thinking budget", { thinking: { type: "enabled", budget_tokens: 2048 } }, "thinking"],
      ["an effort", { output_config: { effort: "high" } }, "output_config.effort"],
      ["a tool of Anthropic's", { tools: [{ type: "web_search_20250305", name: "web_search" }] }, "tools.0"],
      ["top_k", { top_k: 4 }, "top_k"],
      ["a field that nobody knows", { fields: 1 }, "fields: Extra inputs are not permitted"],
    ])("raises BadRequestError for %s that another vendor's model has not", async (_what, more, said) => {
      const error = await failureOf(client.messages.create({ ...ask("openai", "greet me"), ...(more as object) }));
      expect(error).toBeInstanceOf(BadRequestError);
      expect(error).toMatchObject({ type: "invalid_request_error", message: expect.stringContaining(said) });
    });

    test("raises AuthenticationError for a wrong key", async () => {
      const stranger = new Anthropic({ baseURL: world.url, apiKey: "wrong", maxRetries: 0 });
      const error = await failureOf(stranger.messages.create(ask("openai", "greet me")));
      expect(error).toBeInstanceOf(AuthenticationError);
      expect(error).toMatchObject({ status: 401, type: "authentication_error" });
      expect((error as APIError).requestID).toMatch(/^[\w.-]{8,}$/);
    });

    test("raises NotFoundError for an unknown model, with those that exist", async () => {
      const error = await failureOf(client.messages.create({ ...ask("openai", "greet me"), model: "claude-none" }));
      expect(error).toBeInstanceOf(NotFoundError);
      expect(error).toMatchObject({ status: 404, type: "not_found_error" });
      for (const model of Object.values(mockModels)) expect((error as NotFoundError).message).toContain(model);
    });

    test("raises BadRequestError for what Gaia cannot read", async () => {
      const { max_tokens: _none, ...endless } = ask("openai", "greet me");
      const error = await failureOf(client.messages.create(endless as Anthropic.MessageCreateParamsNonStreaming));
      expect(error).toBeInstanceOf(BadRequestError);
      expect(error).toMatchObject({ type: "invalid_request_error", message: expect.stringContaining("max_tokens") });
    });

    test("estimates the tokens of a question to another vendor's model, and says so", async () => {
      const { data, response } = await client.messages
        .countTokens({ model: mockModels.openai, messages: [{ role: "user", content: "x".repeat(400) }] })
        .withResponse();
      expect(data.input_tokens).toBe(100);
      expect(response.headers.get("x-gaia-token-count")).toBe("estimate");
    });
  });
}

async function outcomesOf({ database }: World, model: string): Promise<(string | null)[]> {
  const rows = await database.kysely
    .selectFrom("usage_records")
    .select("outcome")
    .where("model", "=", model)
    .where("operation", "=", "chat.create-message")
    .execute();
  return rows.map(({ outcome }) => outcome);
}
