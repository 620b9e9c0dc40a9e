import fc from "fast-check";
import type { ChatCompletion } from "openai/resources/chat/completions";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { mockModels, type ProviderName, providerNames } from "../support/mock-providers.ts";
import type { StartWorld } from "../support/start-gaia.ts";
import { openTaughtWorld, type TaughtWorld } from "../support/worlds.ts";
import { teachAnswers, weatherTool } from "./mock-answers.ts";

const questions = [
  "greet me",
  "What is the weather in Paris?",
  "What is the weather in Paris and Rome?",
  "think aloud about Paris",
  "Please read the invoice",
] as const;
const runs = 30;

/** However the network cuts a provider's bytes, a streamed answer is the whole one. */
export function describeRechunkedStreams(name: string, startWorld: StartWorld): void {
  describe(`streams in random pieces, ${name}`, () => {
    let opened: TaughtWorld | undefined;
    let providers: TaughtWorld["providers"];
    let client: TaughtWorld["client"];

    beforeAll(async () => {
      opened = await openTaughtWorld(startWorld, teachAnswers);
      ({ providers, client } = opened);
    });
    afterAll(() => opened?.stop());

    const requestFor = (provider: ProviderName, question: string) => ({
      model: mockModels[provider],
      messages: [{ role: "user" as const, content: question }],
      tools: [weatherTool],
    });

    test.each(providerNames)("equal the whole answer of %s", { timeout: 120_000 }, async (provider) => {
      const whole = new Map<string, unknown>();
      for (const question of questions) {
        whole.set(question, answerOf(await client.chat.completions.create(requestFor(provider, question))));
      }
      await fc.assert(
        fc.asyncProperty(fc.integer(), fc.constantFrom(...questions), async (seed, question) => {
          providers.wires[provider].reseed(seed);
          const stream = client.chat.completions.stream({
            ...requestFor(provider, question),
            stream_options: { include_usage: true },
          });
          expect(answerOf(await stream.finalChatCompletion())).toEqual(whole.get(question));
        }),
        { numRuns: runs },
      );
      expect(whole.size).toBe(questions.length);
    });
  });
}

/** What an answer says, without what differs from one call to the next. */
function answerOf({ choices, usage, model }: ChatCompletion): unknown {
  const [choice] = choices;
  const counts = { ...usage };
  return {
    model,
    finish: choice?.finish_reason,
    // The package fills in an empty text where the stream had none.
    content: choice?.message.content ?? "",
    refusal: choice?.message.refusal ?? null,
    calls: (choice?.message.tool_calls ?? []).map((call) =>
      call.type === "function" ? [call.id, call.function.name, call.function.arguments] : call,
    ),
    usage: counts,
  };
}
