import { chat, type InputOf } from "@gaia/contracts";
import { describe, expect, test } from "vitest";
import { countConversations } from "./count-conversations.ts";
import { createConversation } from "./create-conversation.ts";
import { deleteConversation } from "./delete-conversation.ts";
import { getConversation } from "./get-conversation.ts";
import { listBriefConversations, listConversations, listPlainConversations } from "./list-conversations.ts";
import { listMessages } from "./list-messages.ts";
import { openConversationsWorld } from "./testing/open-conversations-world.ts";
import { updateConversation } from "./update-conversation.ts";

const world = await openConversationsWorld();

async function setup() {
  const base = await world.setup();
  const { deps, context } = base;
  const list = (query: object = {}, caller = context) =>
    listConversations(deps, caller, chat.listConversations.input.parse(query));
  const messages = (id: string, query: object = {}, caller = context) =>
    listMessages(deps, caller, chat.listConversationMessages.input.parse({ ...query, conversation_id: id }));
  const remove = (id: string, erase = false, caller = context) =>
    deleteConversation(deps, caller, { conversation_id: id, erase });
  const get = (id: string, caller = context) => getConversation(deps, caller, { conversation_id: id });
  const update = (
    id: string,
    changes: Omit<InputOf<typeof chat.updateConversation>, "conversation_id">,
    by = context,
  ) => updateConversation(deps, by, { conversation_id: id, ...changes });
  return { ...base, list, messages, remove, get, update };
}

describe("a conversation", () => {
  test.each([
    ["its title", "Plans", "Plans"],
    ["no title", undefined, "New Conversation"],
    ["null", null, "New Conversation"],
    ["blanks", "", "New Conversation"],
  ])("is begun with %s", async (_what, title, expected) => {
    const { deps, context, get } = await setup();

    const made = await createConversation(deps, context, { title });

    expect(made).toEqual({
      id: expect.any(String),
      title: expected,
      preview: "",
      created_at: expect.stringMatching(/Z$/),
      updated_at: expect.stringMatching(/Z$/),
    });
    expect(await get(made.id)).toEqual(made);
  });

  test("is renamed, which brings it to the top", async () => {
    const { converse, update, list } = await setup();
    const first = await converse(["Hello"], "First");
    await converse(["Hello"], "Second");

    expect(await update(first, { title: "Renamed" })).toMatchObject({ id: first, title: "Renamed" });
    expect((await list()).conversations.map(({ title }) => title)).toEqual(["Renamed", "Second"]);
  });

  test("takes title and preview one by one, and stays as it is where nothing is given", async () => {
    const { converse, update } = await setup();
    const id = await converse([]);

    expect(await update(id, { preview: "Short" })).toMatchObject({ title: "A title", preview: "Short" });
    const changed = await update(id, { title: "Other" });
    expect(changed).toMatchObject({ title: "Other", preview: "Short" });
    expect(await update(id, { title: null })).toEqual(changed);
  });

  test("is deleted from all lists, and a second time without complaint", async () => {
    const { converse, remove, get, update, list, messages } = await setup();
    const id = await converse(["Hello", "Hi"]);

    expect(await remove(id)).toEqual({});
    expect(await remove(id)).toEqual({});

    await expect(get(id)).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(update(id, { title: "x" })).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect((await list()).conversations).toEqual([]);
    expect((await messages(id)).messages).toHaveLength(2);
  });

  test("is erased with all that belongs to it, but not with what was paid", async () => {
    const { kysely, converse, remove, messages, usageRows, userId } = await setup();
    const id = await converse(["Hello", "Hi"]);
    const kept = await converse(["Stay"]);
    await kysely.insertInto("usage_records").values({ user_id: userId, request_id: "request-1" }).execute();
    await kysely
      .insertInto("conversation_summaries")
      .values({ conversation_id: id, summary: "Hello", covers_until: "7" })
      .execute();
    await remove(id);

    expect(await remove(id, true)).toEqual({});

    expect(await kysely.selectFrom("chat_messages").select("conversation_id").execute()).toEqual([
      { conversation_id: kept },
    ]);
    expect(await kysely.selectFrom("conversation_summaries").selectAll().execute()).toEqual([]);
    expect(await usageRows()).toHaveLength(1);
    await expect(messages(id)).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(remove(id, true)).rejects.toMatchObject({ code: "NOT_FOUND" });
    const trail = await kysely
      .selectFrom("permission_audit_log")
      .select(["event_type", "actor_id", "target_id", "permission_details"])
      .where("target_id", "=", id)
      .execute();
    expect(trail).toEqual([
      { event_type: "conversation.erased", actor_id: userId, target_id: id, permission_details: {} },
    ]);
  });

  test.each(["somebody else's", "unknown", "no id at all", "very long"])(
    "of %s is not found by anybody",
    async (which) => {
      const { converse, stranger, kysely, get, update, remove, messages } = await setup();
      const caller = await stranger();
      const own = await converse(["Secret"]);
      const ids = { "somebody else's": own, unknown: crypto.randomUUID(), "no id at all": "'; --" };
      const id = which === "very long" ? "x".repeat(5000) : ids[which as keyof typeof ids];
      const expected = { code: "NOT_FOUND", message: `Conversation ${id.slice(0, 200)} not found` };

      await expect(get(id, caller)).rejects.toMatchObject(expected);
      await expect(update(id, { title: "Mine" }, caller)).rejects.toMatchObject(expected);
      await expect(remove(id, false, caller)).rejects.toMatchObject(expected);
      await expect(remove(id, true, caller)).rejects.toMatchObject(expected);
      await expect(messages(id, {}, caller)).rejects.toMatchObject(expected);
      expect(await kysely.selectFrom("conversations").select(["title", "is_active"]).execute()).toEqual([
        { title: "A title", is_active: true },
      ]);
    },
  );
});

describe("the list", () => {
  test("comes in pages, each conversation once, last used first", async () => {
    const { converse, list, stranger } = await setup();
    const ids: string[] = [];
    for (const title of ["a", "b", "c", "d", "e"]) ids.unshift(await converse([], title));
    const other = await stranger();
    const seen: string[] = [];
    const sizes: number[] = [];

    for (let cursor: string | null | undefined; cursor !== null;) {
      const page = await list({ limit: "2", ...(cursor === undefined ? {} : { cursor }) });
      seen.push(...page.conversations.map(({ id }) => id));
      sizes.push(page.conversations.length);
      cursor = page.next_cursor;
    }

    expect(seen).toEqual(ids);
    expect(sizes).toEqual([2, 2, 1]);
    expect(await list({}, other)).toEqual({ conversations: [], next_cursor: null });
  });

  test("has all of the original's clients at once, in each of its shapes", async () => {
    const { deps, context, converse, list } = await setup();
    for (let index = 0; index < 60; index += 1) await converse([], `Title ${index}`);

    const { conversations, next_cursor } = await list();

    expect(conversations).toHaveLength(60);
    expect(next_cursor).toBeNull();
    expect(await listPlainConversations(deps, context)).toEqual(conversations);
    expect((await listBriefConversations(deps, context, { limit: 1 })).conversations).toEqual([
      {
        conversation_id: conversations[0]?.id,
        title: "Title 59",
        created_at: conversations[0]?.created_at,
        updated_at: conversations[0]?.updated_at,
      },
    ]);
  });

  test("ends a page early where titles would not fit into one answer", async () => {
    const { kysely, userId, list } = await setup();
    const rows = Array.from({ length: 300 }, () => ({
      user_id: userId,
      title: "\u0001".repeat(255),
      preview: "\u0001".repeat(5000),
    }));
    await kysely.insertInto("conversations").values(rows).execute();

    const page = await list();

    expect(JSON.stringify(page).length).toBeLessThan(300_000);
    expect(page.conversations[0]?.preview).toHaveLength(200);
    expect((await list({ cursor: page.next_cursor })).conversations.length).toBeGreaterThan(0);
  });

  test.each([
    "A",
    "2026/7",
    "2026-01-01T00:00:00.000000/x",
    "2026-02-30T00:00:00.000000/00000000-0000-4000-8000-000000000000",
  ])("takes no cursor that says %s", async (text) => {
    const cursor = Buffer.from(text).toString("base64url");
    const { converse, list, messages } = await setup();
    const id = await converse([]);

    await expect(list({ cursor })).rejects.toMatchObject({ code: "INVALID_INPUT" });
    if (text !== "2026/7") await expect(messages(id, { cursor })).rejects.toMatchObject({ code: "INVALID_INPUT" });
  });

  test("holds rows of the original that have no time", async () => {
    const { kysely, userId, list } = await setup();
    await kysely.insertInto("conversations").values({ user_id: userId, created_at: null, updated_at: null }).execute();

    expect((await list()).conversations).toMatchObject([{ updated_at: "1970-01-01T00:00:00.000Z", preview: "" }]);
  });
});

describe("the messages of a conversation", () => {
  test("are all that was said, oldest first, with what is known of them", async () => {
    const { converse, answer, messages } = await setup();
    const id = await converse(["One", "Two"]);
    const call = { id: "c", type: "function", function: { name: "f", arguments: "{}" } };
    const facts = {
      model: "m",
      provider: "openai",
      tokens_used: 7,
      persona_id: "p",
      status: "failed",
      error_code: "X",
    };
    await answer(id, { content: "", tool_calls: JSON.stringify([call]), ...facts });

    const { messages: found } = await messages(id);

    expect(found.map(({ role, content }) => [role, content])).toEqual([
      ["user", "One"],
      ["assistant", "Two"],
      ["assistant", ""],
    ]);
    expect(found[2]).toEqual({
      id: expect.any(String),
      role: "assistant",
      content: "",
      created_at: expect.stringMatching(/Z$/),
      tool_calls: [call],
      tool_call_id: null,
      ...facts,
    });
  });

  test.each(["asc", "desc"])("come in pages, each once (%s)", async (order) => {
    const { converse, messages } = await setup();
    const said = Array.from({ length: 7 }, (_, index) => `message ${index}`);
    const id = await converse(said);
    const seen: string[] = [];

    for (let cursor: string | null | undefined; cursor !== null;) {
      const page = await messages(id, { limit: 3, order, ...(cursor === undefined ? {} : { cursor }) });
      seen.push(...page.messages.map(({ content }) => content));
      cursor = page.next_cursor;
    }

    expect(seen).toEqual(order === "asc" ? said : said.toReversed());
  });

  test("keep an answer behind its question, whatever was asked meanwhile", async () => {
    const { kysely, converse, answer, messages } = await setup();
    const id = await converse([]);
    const questions: string[] = [];
    for (const content of ["first", "second"]) {
      const row = { id: crypto.randomUUID(), role: "user", content };
      await answer(id, row);
      questions.push(row.id);
    }
    await answer(id, { content: "to the second" }, questions[1]);
    await answer(id, { content: "to the first" }, questions[0]);

    expect((await messages(id)).messages.map(({ content }) => content)).toEqual([
      "first",
      "to the first",
      "second",
      "to the second",
    ]);
    expect(await kysely.selectFrom("chat_messages").select("id").execute()).toHaveLength(4);
  });

  test("survive what the original may have stored", async () => {
    const { kysely, converse, answer, messages } = await setup();
    const id = await converse([]);
    await answer(id, { role: "system", content: "Old", created_at: null, tool_calls: JSON.stringify({ odd: true }) });
    await kysely.updateTable("chat_messages").set({ status: null }).execute();

    expect((await messages(id)).messages).toMatchObject([
      { role: "system", status: "complete", tool_calls: null, created_at: "1970-01-01T00:00:00.000Z" },
    ]);
  });
});

test("the counts are of one's own that are not deleted", async () => {
  const { deps, context, converse, answer, remove, stranger } = await setup();
  const other = await stranger();
  expect(await countConversations(deps, context)).toMatchObject({
    total_conversations: 0,
    total_messages: 0,
    tokens_used: 0,
    first_conversation_at: null,
    last_activity_at: null,
  });
  const id = await converse(["One", "Two", "Three"]);
  await answer(id, { tokens_used: 30 });
  await answer(id, { tokens_used: 12, replaced_by: crypto.randomUUID() });
  await remove(await converse(["Deleted"]));

  expect(await countConversations(deps, context)).toEqual({
    total_conversations: 1,
    total_messages: 4,
    user_messages: 2,
    assistant_messages: 2,
    tokens_used: 42,
    first_conversation_at: expect.stringMatching(/Z$/),
    last_activity_at: expect.stringMatching(/Z$/),
  });
  expect((await countConversations(deps, other)).total_conversations).toBe(0);
});
