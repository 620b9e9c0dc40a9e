import { describe, expect, test } from "vitest";
import { respond } from "../../completions/respond.ts";
import { ask, input } from "../../testing/open-chat-world.ts";
import { finish, type Script, text } from "../../testing/scripted-registry.ts";
import { prepareExchange } from "../../completions/prepare-exchange.ts";
import { openConversationsWorld } from "../testing/open-conversations-world.ts";
import { summarizeConversation } from "./summarize-conversation.ts";

const world = await openConversationsWorld();
// The test model has a window of 1,000 tokens, of which 100 are for its answer.
const long = (word: string) => `${word} ${"x".repeat(340)}`;

/** A model that summarises when it is asked to, and what it was asked. */
async function setup(play?: Script) {
  const prompts: string[] = [];
  const script: Script = async function* answer(prompt, signal) {
    prompts.push(prompt);
    const isSummary = prompt.includes("You keep the memory");
    if (play !== undefined && isSummary) return yield* play(prompt, signal);
    yield text(isSummary ? `Summary ${prompts.length}` : "Fine.");
    yield finish;
  };
  const base = await world.setup({ script });
  const { deps, context, kysely } = base;
  const chat = async (question: string, conversation: string) => {
    const answer = await respond(deps, context, {
      ...input(ask(question), { conversation }),
      hasMetadata: true,
      streamErrors: "gaia",
    });
    await answer.text();
    await deps.background.drain();
  };
  const summaries = () => kysely.selectFrom("conversation_summaries").select(["summary", "covers_until"]).execute();
  const asked = () => prompts.filter((prompt) => !prompt.includes("You keep the memory"));
  const summarised = () => prompts.filter((prompt) => prompt.includes("You keep the memory"));
  return { ...base, chat, summaries, asked, summarised };
}

const eight = ["one", "two", "three", "four", "five", "six", "seven", "eight"].map(long);

describe("a conversation that is too long for its model", () => {
  test("loses its oldest exchanges, and the model is told of them in a summary from the next question on", async () => {
    const { chat, converse, asked, summarised, summaries } = await setup();
    const id = await converse([...eight, long("nine"), long("ten")]);

    await chat("What now?", id);

    expect(asked()[0]).not.toContain("one x");
    expect(asked()[0]).toContain("ten x");
    expect(summarised()).toHaveLength(1);
    expect(summarised()[0]).toContain("one x");
    expect(await summaries()).toMatchObject([{ summary: "Summary 2" }]);

    await chat("And now?", id);

    expect(asked()[1]).toContain("Summary 2");
    expect(asked()[1]?.indexOf("Summary 2")).toBeLessThan(asked()[1]?.indexOf("ten x") ?? 0);
    // What fell out since is in it already.
    expect(summarised()).toHaveLength(1);
  });

  test("has its summary extended, not made anew", async () => {
    const { chat, converse, summarised, summaries, say } = await setup();
    const id = await converse([...eight, long("nine"), long("ten")]);
    await chat("What now?", id);
    const [first] = await summaries();
    await say(id, [long("eleven"), long("twelve"), long("thirteen"), long("fourteen")]);

    await chat("And now?", id);

    expect(summarised()).toHaveLength(2);
    expect(summarised()[1]).toContain("SUMMARY SO FAR");
    expect(summarised()[1]).toContain(first?.summary);
    expect(summarised()[1]).not.toContain("one x");
    const [second] = await summaries();
    expect(Number(second?.covers_until)).toBeGreaterThan(Number(first?.covers_until));
  });

  test("pays for its summary", async () => {
    const { chat, converse, recorded } = await setup();

    await chat("What now?", await converse([...eight, long("nine"), long("ten")]));

    expect(recorded).toMatchObject([
      {
        operation: "chat.summarize-conversation",
        model: "test-model",
        input_tokens: 10,
        output_tokens: 4,
        outcome: "ok",
      },
    ]);
  });

  test("is answered all the same when no summary can be made, which is tried again", async () => {
    const { chat, converse, summaries, summarised, messages } = await setup(async function* fail() {
      yield { type: "error", error: new Error("busy") };
    });
    const id = await converse([...eight, long("nine"), long("ten")]);

    await chat("What now?", id);
    await chat("And now?", id);

    expect(summarised()).toHaveLength(2);
    expect(await summaries()).toEqual([]);
    expect((await messages()).at(-1)?.content).toBe("Fine.");
  });

  test("gets an extract where the model says nothing", async () => {
    const { chat, converse, summaries } = await setup(async function* silent() {
      yield finish;
    });

    await chat("What now?", await converse([...eight, long("nine"), long("ten")]));

    expect((await summaries())[0]?.summary).toMatch(/^User: one x+\.\.\.\nAssistant: two x+\.\.\./);
  });
});

test("without a provider the summary is an extract, and nobody is asked", async () => {
  const { deps, context, converse, kysely, summarised, summaries } = await setup();
  const id = await converse(["One", "Two", "Three"]);
  const exchanges = await kysely.selectFrom("chat_messages").select("exchange").orderBy("sequence").execute();
  const exchange = await prepareExchange(deps, context, input(ask("Hi")));

  await summarizeConversation(deps, {
    ...exchange,
    conversationId: id,
    resolved: { ...exchange.resolved, card: { ...exchange.resolved.card, provider: "gaia" } },
    place: { follows: null, replaces: null, toSummarizeUntil: Number(exchanges[0]?.exchange) },
  });

  expect(summarised()).toEqual([]);
  expect(await summaries()).toEqual([{ summary: "User: One\nAssistant: Two", covers_until: exchanges[0]?.exchange }]);
});

test("a conversation that fits has no summary, and costs none", async () => {
  const { chat, converse, asked, summarised, summaries } = await setup();
  const id = await converse(["One", "Two"]);

  await chat("Three", id);

  expect(asked()[0]).toContain("One");
  expect(summarised()).toEqual([]);
  expect(await summaries()).toEqual([]);
});

test("an answer for a conversation that is erased meanwhile is given and paid, and kept nowhere", async () => {
  const go = Promise.withResolvers<void>();
  const { deps, context, kysely, converse, usageRows, messages } = await world.setup({
    async *script() {
      yield text("Fine.");
      await go.promise;
      yield finish;
    },
  });
  const id = await converse(["One", "Two"]);
  const answer = await respond(deps, context, {
    ...input(ask("Three", { stream: true }), { conversation: id }),
    hasMetadata: true,
    streamErrors: "gaia",
  });
  await kysely.deleteFrom("conversations").execute();
  go.resolve();

  expect(await answer.text()).toContain("[DONE]");
  expect(await messages()).toEqual([]);
  expect(await usageRows()).toHaveLength(1);
});
