import { chat, GaiaError } from "@gaia/contracts";
import { describe, expect, test } from "vitest";
import { finish, type Script, text } from "../testing/scripted-registry.ts";
import { listMessages } from "./list-messages.ts";
import { regenerateAnswer } from "./regenerate-answer.ts";
import { openConversationsWorld } from "./testing/open-conversations-world.ts";

const world = await openConversationsWorld();

/** A model that numbers its answers, and what it was asked. */
async function setup(play?: Script) {
  const prompts: string[] = [];
  const numbered: Script = async function* numbered(prompt) {
    prompts.push(prompt);
    yield text(`Answer ${prompts.length}`);
    yield finish;
  };
  const base = await world.setup({ script: play ?? numbered });
  const { deps, context } = base;
  const regenerate = (id: string, more: object = {}, caller = context) =>
    regenerateAnswer(deps, caller, { conversation_id: id, ...more });
  const said = async (id: string) => {
    const input = chat.listConversationMessages.input.parse({ conversation_id: id });
    return (await listMessages(deps, context, input)).messages.map(({ content }) => content);
  };
  return { ...base, regenerate, said, prompts };
}

describe("regenerating an answer", () => {
  test("puts a new one in its place, asked with what was said before it", async () => {
    const { regenerate, converse, said, prompts, messages } = await setup();
    const id = await converse(["One", "Two", "Three", "Bad"]);

    const response = await regenerate(id);

    expect(await response.json()).toMatchObject({
      object: "chat.completion",
      choices: [{ message: { content: "Answer 1" } }],
      conversation_id: id,
      _metadata: { conversation_id: id },
    });
    expect(await said(id)).toEqual(["One", "Two", "Three", "Answer 1"]);
    expect(prompts[0]).toContain("Three");
    expect(prompts[0]).not.toContain("Bad");
    const stored = await messages();
    expect(stored.find(({ content }) => content === "Bad")?.replaced_by).toBe(
      stored.find(({ content }) => content === "Answer 1")?.id,
    );
  });

  test("again and again leaves the last", async () => {
    const { regenerate, converse, said, prompts } = await setup();
    const id = await converse(["One", "Two"]);

    for (let count = 0; count < 3; count += 1) await regenerate(id);

    expect(await said(id)).toEqual(["One", "Answer 3"]);
    expect(prompts[2]).not.toContain("Answer");
  });

  test("several times at once leaves one", async () => {
    const { regenerate, converse, said } = await setup();
    const id = await converse(["One", "Two"]);

    await Promise.all([1, 2, 3, 4].map(() => regenerate(id)));

    expect(await said(id)).toEqual(["One", expect.stringMatching(/^Answer \d$/)]);
  });

  test("streams, and has stored the answer when it ends", async () => {
    const { regenerate, converse, said } = await setup();
    const id = await converse(["One", "Two"]);

    const response = await regenerate(id, { stream: true });

    expect(response.headers.get("content-type")).toContain("text/event-stream");
    expect(await response.text()).toMatch(/Answer 1.*\[DONE\]/s);
    expect(await said(id)).toEqual(["One", "Answer 1"]);
  });

  test("keeps the old one when the new one fails", async () => {
    const busy = new GaiaError("UPSTREAM_FAILED", "The provider is busy");
    const { regenerate, converse, said, messages } = await setup(async function* fail() {
      yield { type: "error", error: busy };
    });
    const id = await converse(["One", "Two"]);

    await expect(regenerate(id)).rejects.toBe(busy);

    expect(await said(id)).toEqual(["One", "Two"]);
    expect((await messages()).map(({ status }) => status)).toEqual(["complete", "complete", "failed"]);
  });

  test("answers a question to which an answer failed or never came", async () => {
    const { regenerate, converse, said, answer } = await setup();
    const unanswered = await converse(["One"]);
    const failed = await converse(["One"]);
    await answer(failed, { content: "", status: "failed" });

    await regenerate(unanswered);
    await regenerate(failed);

    expect(await said(unanswered)).toEqual(["One", "Answer 1"]);
    expect(await said(failed)).toEqual(["One", "Answer 2"]);
  });

  test("asks with the results of tools that the answer was given with", async () => {
    const { regenerate, converse, said, answer, messages, prompts } = await setup();
    const id = await converse(["Weather?"]);
    const [question] = await messages();
    const call = { id: "c1", type: "function", function: { name: "f", arguments: "{}" } };
    const follows = question?.id ?? null;
    await answer(id, { content: "", tool_calls: JSON.stringify([call]) }, follows);
    await answer(id, { role: "tool", tool_call_id: "c1", content: "sunny" }, follows);
    await answer(id, { content: "Bad" }, follows);

    await regenerate(id);

    expect(await said(id)).toEqual(["Weather?", "", "sunny", "Answer 1"]);
    expect(prompts[0]).toContain("sunny");
    expect(prompts[0]).not.toContain("Bad");
  });

  test("speaks through the persona that gave the old answer, or the one that is named", async () => {
    const { regenerate, converse, answer, kysely, prompts } = await setup();
    const { id: persona } = await kysely
      .insertInto("personas")
      .values({
        name: `p-${crypto.randomUUID()}`,
        description: "",
        system_prompt: "You are a pirate",
        personality_traits: "{}",
        capabilities: "{}",
        created_by: "system",
      })
      .returning("id")
      .executeTakeFirstOrThrow();
    const id = await converse(["One"]);
    await answer(id, { persona_id: persona });
    const plain = await converse(["One", "Two"]);

    await regenerate(id);
    await regenerate(plain);
    await regenerate(plain, { persona_id: "default" });

    expect(prompts[0]).toContain("You are a pirate");
    expect(prompts[1]).not.toContain("You are");
    expect(prompts[2]).toContain("You are Mu");
  });

  test("asks the model of the old answer while there is one, or the one that is named", async () => {
    const { regenerate, converse, answer } = await setup();
    const id = await converse(["One"]);
    await answer(id, { model: "gone" });

    expect(await (await regenerate(id)).json()).toMatchObject({ model: "test-model" });
    expect(await (await regenerate(id, { model: "retired-model" })).json()).toMatchObject({ model: "test-model" });
    await expect(regenerate(id, { model: "nothing" })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test.each(["somebody else's", "deleted", "unknown", "none at all"])(
    "finds no conversation that is %s",
    async (which) => {
      const { regenerate, converse, stranger, kysely, prompts, context } = await setup();
      const own = await converse(["One", "Two"]);
      if (which === "deleted") await kysely.updateTable("conversations").set({ is_active: false }).execute();
      const id = which === "unknown" ? crypto.randomUUID() : which === "none at all" ? "x'; --" : own;
      const caller = which === "somebody else's" ? await stranger() : context;

      await expect(regenerate(id, {}, caller)).rejects.toMatchObject({
        code: "NOT_FOUND",
        message: `Conversation ${id} not found`,
      });
      expect(prompts).toEqual([]);
    },
  );

  test("has nothing to do where nothing was asked", async () => {
    const { regenerate, converse } = await setup();

    await expect(regenerate(await converse([]))).rejects.toMatchObject({
      code: "CONFLICT",
      reason: "conversation.nothing_to_regenerate",
    });
  });

  test("is not disturbed by a question that comes meanwhile", async () => {
    const asked = Promise.withResolvers<void>();
    const go = Promise.withResolvers<void>();
    const { regenerate, converse, say, said } = await setup(async function* wait() {
      asked.resolve();
      await go.promise;
      yield text("Anew");
      yield finish;
    });
    const id = await converse(["One", "Two"]);

    const regenerated = regenerate(id);
    await asked.promise;
    await say(id, ["Three", "Four"]);
    go.resolve();
    await regenerated;

    expect(await said(id)).toEqual(["One", "Anew", "Three", "Four"]);
  });
});
