import OpenAI, { APIUserAbortError, AuthenticationError, BadRequestError, NotFoundError, RateLimitError } from "openai";
import type {
  ChatCompletion,
  ChatCompletionChunk,
  ChatCompletionMessageParam,
} from "openai/resources/chat/completions";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { mockModels, type ProviderName, providerNames } from "../support/mock-providers.ts";
import type { StartWorld, World } from "../support/start-gaia.ts";
import { openTaughtWorld, type TaughtWorld } from "../support/worlds.ts";
import {
  greeting,
  invoice,
  parisArguments,
  redPixel,
  romeArguments,
  teachAnswers,
  weatherTool,
} from "./mock-answers.ts";

/** The official `openai` package as a client of Gaia, over both vendors' wire formats. */
export function describeOpenAiSdk(name: string, startWorld: StartWorld): void {
  describe(`the openai package, ${name}`, () => {
    let opened: TaughtWorld | undefined;
    let providers: TaughtWorld["providers"];
    let world: TaughtWorld["world"];
    let client: TaughtWorld["client"];

    beforeAll(async () => {
      opened = await openTaughtWorld(startWorld, teachAnswers);
      ({ providers, world, client } = opened);
    });
    afterAll(() => opened?.stop());

    const ask = (provider: ProviderName, content: string) => ({
      model: mockModels[provider],
      messages: [{ role: "user" as const, content }],
    });

    describe.each(providerNames)("with %s behind it", (provider) => {
      test("gets a whole answer with its usage", async () => {
        const completion = await client.chat.completions.create(ask(provider, "greet me"));
        expect(completion).toMatchObject({
          object: "chat.completion",
          model: expect.stringContaining(mockModels[provider]),
          choices: [{ index: 0, finish_reason: "stop", message: { role: "assistant", content: greeting } }],
          usage: { prompt_tokens: 21, completion_tokens: 13, total_tokens: 34, input_tokens: 21, output_tokens: 13 },
        });
        expect(completion._request_id).toMatch(/^[\w.-]{8,}$/);
      });

      test("gets a stream whose chunks share one identity, begin with the role and end with the reason", async () => {
        const chunks = await Array.fromAsync(
          await client.chat.completions.create({ ...ask(provider, "greet me"), stream: true }),
        );
        expect(new Set(chunks.map(({ id, created, object }) => JSON.stringify([id, created, object]))).size).toBe(1);
        expect(chunks[0]?.choices[0]?.delta.role).toBe("assistant");
        expect(textOf(chunks)).toBe(greeting);
        expect(chunks.map(({ choices }) => choices[0]?.finish_reason).filter(Boolean)).toEqual(["stop"]);
        expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe("stop");
        expect(chunks.filter(({ usage }) => usage)).toEqual([]);
        expect(chunks.filter(({ choices }) => choices.length > 0).length).toBeGreaterThan(5);
      });

      test("gets the usage of a stream in one more chunk without choices, when it asks for it", async () => {
        const chunks = await Array.fromAsync(
          await client.chat.completions.create({
            ...ask(provider, "greet me"),
            stream: true,
            stream_options: { include_usage: true },
          }),
        );
        const last = chunks.at(-1);
        expect(last?.choices).toEqual([]);
        expect(last?.usage).toMatchObject({ prompt_tokens: 21, completion_tokens: 13, total_tokens: 34 });
        expect(chunks.slice(0, -1).filter(({ usage }) => usage)).toEqual([]);
        expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe("stop");
      });

      test("goes through a round of tool use", async () => {
        const question = ask(provider, "What is the weather in Paris?");
        const first = await client.chat.completions.create({ ...question, tools: [weatherTool] });
        const message = first.choices[0]?.message;
        expect(first.choices[0]?.finish_reason).toBe("tool_calls");
        expect(callsOf(first)).toEqual([{ id: "call_paris", name: "get_weather", arguments: parisArguments }]);
        const messages: ChatCompletionMessageParam[] = [
          ...question.messages,
          message as ChatCompletionMessageParam,
          { role: "tool", tool_call_id: "call_paris", content: '{"degrees":18}' },
        ];
        const second = await client.chat.completions.create({ ...question, messages, tools: [weatherTool] });
        expect(second.choices[0]).toMatchObject({
          finish_reason: "stop",
          message: { content: "It is 18 degrees in Paris." },
        });
      });

      test("lets its own tool runner do the same over a stream", async () => {
        const cities: string[] = [];
        const runner = client.chat.completions.runTools({
          ...ask(provider, "What is the weather in Paris?"),
          stream: true,
          tools: [
            {
              type: "function",
              function: {
                ...weatherTool.function,
                parse: JSON.parse,
                function: ({ city }: { city: string }) => {
                  cities.push(city);
                  return { degrees: 18 };
                },
              },
            },
          ],
        });
        expect(await runner.finalContent()).toBe("It is 18 degrees in Paris.");
        expect(cities).toEqual(["Paris"]);
      });

      test("gets parallel tool calls whole and streamed, each fragment with its index", async () => {
        const question = { ...ask(provider, "What is the weather in Paris and Rome?"), tools: [weatherTool] };
        const expected = [
          { id: "call_paris", name: "get_weather", arguments: parisArguments },
          { id: "call_rome", name: "get_weather", arguments: romeArguments },
        ];
        expect(callsOf(await client.chat.completions.create(question))).toEqual(expected);
        const stream = client.chat.completions.stream(question);
        const fragments: { index: number; id?: string | undefined }[] = [];
        stream.on("chunk", ({ choices }) => fragments.push(...(choices[0]?.delta.tool_calls ?? [])));
        expect(callsOf(await stream.finalChatCompletion())).toEqual(expected);
        for (const index of [0, 1]) {
          const ids = fragments.filter((fragment) => fragment.index === index).map(({ id }) => id);
          expect(ids[0]).toBe(expected[index]?.id);
          expect(ids.slice(1).filter(Boolean)).toEqual([]);
        }
      });

      test("gets JSON of a schema, which the provider is told", async () => {
        const schema = {
          type: "object",
          properties: { customer: { type: "string" }, total: { type: "number" } },
          required: ["customer", "total"],
          additionalProperties: false,
        };
        const completion = await client.chat.completions.create({
          ...ask(provider, "Please read the invoice"),
          response_format: { type: "json_schema", json_schema: { name: "invoice", strict: true, schema } },
        });
        expect(JSON.parse(completion.choices[0]?.message.content ?? "")).toEqual(invoice);
        expect(providers.wires[provider].sent()).toContain('"required":["customer","total"]');
      });

      test("sends an image, which reaches the provider whole", async () => {
        const completion = await client.chat.completions.create({
          model: mockModels[provider],
          messages: [
            {
              role: "user",
              content: [
                { type: "text", text: "describe the picture" },
                { type: "image_url", image_url: { url: redPixel } },
              ],
            },
          ],
        });
        expect(completion.choices[0]?.message.content).toBe("One red pixel.");
        const base64 = redPixel.slice(redPixel.indexOf(",") + 1);
        expect(providers.wires[provider].sent()).toContain(base64);
      });

      test("aborts a stream, and the usage record says cancelled", async () => {
        const stream = await client.chat.completions.create({ ...ask(provider, "talk slowly"), stream: true });
        const read = async () => {
          for await (const chunk of stream) if (chunk.choices[0]?.delta.content) stream.controller.abort();
        };
        const failure = await read().then(
          () => null,
          (error: unknown) => error,
        );
        // The package ends the loop, or throws when the abort finds it waiting.
        expect(failure === null || failure instanceof APIUserAbortError).toBe(true);
        await expect.poll(() => outcomesOf(world, mockModels[provider])).toContain("cancelled");
      });

      test("raises RateLimitError with the provider's patience", async () => {
        const error = await failureOf(client.chat.completions.create(ask(provider, "you are too fast")));
        expect(error).toBeInstanceOf(RateLimitError);
        expect(error).toMatchObject({ status: 429, type: "rate_limit_error" });
        expect((error as RateLimitError).headers.get("retry-after")).toBe("30");
      });

      test("raises BadRequestError for what the provider refuses", async () => {
        const error = await failureOf(client.chat.completions.create(ask(provider, "this is nonsense")));
        expect(error).toBeInstanceOf(BadRequestError);
        expect(error).toMatchObject({ status: 400, type: "invalid_request_error" });
        expect((error as BadRequestError).message).toContain("I do not understand");
      });

      test("raises the same classes before a stream begins", async () => {
        const error = await failureOf(
          client.chat.completions.create({ ...ask(provider, "you are too fast"), stream: true }),
        );
        expect(error).toBeInstanceOf(RateLimitError);
      });

      test("finds the model in the list and alone", async () => {
        const listed = await Array.fromAsync(client.models.list());
        const found = listed.find(({ id }) => id === mockModels[provider]);
        expect(found).toMatchObject({ object: "model", owned_by: expect.any(String), created: expect.any(Number) });
        expect(await client.models.retrieve(mockModels[provider])).toMatchObject({ id: mockModels[provider] });
      });
    });

    test("works on Gaia's older base path too, with its errors", async () => {
      const older = new OpenAI({ baseURL: `${world.url}/api/v1`, apiKey: world.key, maxRetries: 0 });
      const completion = await older.chat.completions.create(ask("openai", "greet me"));
      expect(completion.choices[0]?.message.content).toBe(greeting);
      const stream = older.chat.completions.stream(ask("openai", "greet me"));
      expect(await stream.finalContent()).toBe(greeting);
      const error = await failureOf(older.chat.completions.create({ ...ask("openai", "greet me"), model: "gpt-none" }));
      expect(error).toBeInstanceOf(NotFoundError);
      expect(error).toMatchObject({ code: "model_not_found" });
      expect((await older.models.list()).data.map(({ id }) => id)).toContain(mockModels.openai);
    });

    test("raises AuthenticationError for a wrong key", async () => {
      const stranger = new OpenAI({ baseURL: `${world.url}/v1`, apiKey: "wrong", maxRetries: 0 });
      const error = await failureOf(stranger.chat.completions.create(ask("openai", "greet me")));
      expect(error).toBeInstanceOf(AuthenticationError);
      expect(error).toMatchObject({ status: 401, type: "authentication_error", code: "invalid_api_key" });
    });

    test("raises NotFoundError for an unknown model, with those that exist", async () => {
      const error = await failureOf(
        client.chat.completions.create({ ...ask("openai", "greet me"), model: "gpt-none" }),
      );
      expect(error).toBeInstanceOf(NotFoundError);
      expect(error).toMatchObject({ status: 404, type: "invalid_request_error", code: "model_not_found" });
      for (const model of Object.values(mockModels)) expect((error as NotFoundError).message).toContain(model);
    });

    test("raises BadRequestError with the parameter for what Gaia cannot read", async () => {
      const request = { ...ask("openai", "greet me"), temperature: "hot" as unknown as number };
      const error = await failureOf(client.chat.completions.create(request));
      expect(error).toBeInstanceOf(BadRequestError);
      expect(error).toMatchObject({ status: 400, type: "invalid_request_error", param: "temperature" });
    });
  });
}

async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error("the call succeeded");
    },
    (error: unknown) => error,
  );
}

function textOf(chunks: readonly ChatCompletionChunk[]): string {
  return chunks.map(({ choices }) => choices[0]?.delta.content ?? "").join("");
}

function callsOf(completion: ChatCompletion): unknown[] {
  return (completion.choices[0]?.message.tool_calls ?? []).map((call) => {
    if (call.type !== "function") throw new Error(`unexpected tool call: ${call.type}`);
    return { id: call.id, name: call.function.name, arguments: JSON.parse(call.function.arguments) as unknown };
  });
}

async function outcomesOf({ database }: World, model: string): Promise<(string | null)[]> {
  const rows = await database.kysely.selectFrom("usage_records").select("outcome").where("model", "=", model).execute();
  return rows.map(({ outcome }) => outcome);
}
