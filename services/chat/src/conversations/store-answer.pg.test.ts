import { expect, test } from "vitest";
import { storeAnswer } from "./store-answer.ts";
import { openConversationsWorld } from "./testing/open-conversations-world.ts";

const world = await openConversationsWorld();

async function setup() {
  const base = await world.setup();
  const { kysely, userId, converse, messages } = base;
  const conversation_id = await converse(["Question", "First"]);
  const [question, first] = await messages();
  const store = async (content: string, replaces: readonly string[] | null, status = "complete") => {
    const id = crypto.randomUUID();
    const row = { id, user_id: userId, conversation_id, role: "assistant", content, status };
    await storeAnswer(kysely, row, { follows: question?.id ?? null, replaces, toSummarizeUntil: null });
    return id;
  };
  const standing = async () =>
    (await messages()).filter(({ replaced_by }) => replaced_by === null).map(({ content }) => content);
  return { ...base, store, standing, first: first?.id ?? "" };
}

test("whatever is replaced by whom and in which order they come, the last to come is left", async () => {
  const { store, standing, first } = await setup();

  const second = await store("Second", [first]);
  await store("Third, of the second", [second]);
  await store("Fourth, of the first", [first]);

  expect(await standing()).toEqual(["Question", "Fourth, of the first"]);
});

test("the answer that was slow when its question was asked again stands back", async () => {
  const { store, standing, kysely, first } = await setup();
  await kysely.deleteFrom("chat_messages").where("id", "=", first).execute();

  await store("Slow", null);
  await store("Anew", []);

  expect(await standing()).toEqual(["Question", "Anew"]);
});

test("an answer that failed replaces nothing, and stands where there is nothing else", async () => {
  const { store, standing, kysely, first } = await setup();

  await store("", [first], "failed");
  expect(await standing()).toEqual(["Question", "First"]);

  await kysely.deleteFrom("chat_messages").where("role", "=", "assistant").execute();
  await store("", [], "failed");
  expect(await standing()).toEqual(["Question", ""]);
});
