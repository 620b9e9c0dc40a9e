import { expect, test } from "vitest";
import { openConversationsWorld } from "../testing/open-conversations-world.ts";
import { loadHistory } from "./load-history.ts";

const world = await openConversationsWorld();
const everything = 1_000_000;

test("a long history is read whole and in order, or as much of its end as is wanted", async () => {
  const { kysely, converse, userId } = await world.setup();
  const conversationId = await converse([]);
  const contents = Array.from({ length: 2100 }, (_, index) => String(index).padStart(10, "0"));
  const rows = contents.map((content) => ({ user_id: userId, conversation_id: conversationId, role: "user", content }));
  await kysely.insertInto("chat_messages").values(rows).execute();
  const read = async (maximumBytes: number) =>
    (await loadHistory(kysely, { conversationId, maximumBytes })).map(({ content }) => content);

  expect(await read(everything)).toEqual(contents);
  // The one that begins within is the last.
  for (const messages of [1, 199, 200, 201, 1799, 1800, 1801]) {
    expect(await read(messages * 10 - 1)).toEqual(contents.slice(-messages));
    expect(await read(messages * 10)).toEqual(contents.slice(-messages - 1));
  }
});

test("a history until a message ends with it", async () => {
  const { converse, messages, kysely } = await world.setup();
  const conversationId = await converse(["One", "Two", "Three", "Four"]);
  const until = (await messages()).find(({ content }) => content === "Three")?.id ?? "";

  const rows = await loadHistory(kysely, { conversationId, maximumBytes: everything, until });

  expect(rows.map(({ content }) => content)).toEqual(["One", "Two", "Three"]);
});

test("failed answers and replaced ones are no history", async () => {
  const { converse, answer, kysely } = await world.setup();
  const conversationId = await converse(["One"]);
  await answer(conversationId, { content: "Failed", status: "failed" });
  await answer(conversationId, { content: "Replaced", replaced_by: crypto.randomUUID() });
  await answer(conversationId, { content: "Half", status: "partial" });

  const rows = await loadHistory(kysely, { conversationId, maximumBytes: everything });

  expect(rows.map(({ content }) => content)).toEqual(["One", "Half"]);
});
