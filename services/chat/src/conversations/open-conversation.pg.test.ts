import type { ChatCompletionRequest } from "@gaia/contracts";
import { describe, expect, test } from "vitest";
import { ask, openChatWorld } from "../testing/open-chat-world.ts";
import { insertMessages } from "./conversation-repository.ts";
import { textOf } from "./message-text.ts";
import { type OpenConversation, openConversation } from "./open-conversation.ts";

const world = await openChatWorld();

async function setup() {
  const base = await world.setup();
  const open = (request: ChatCompletionRequest, reference = "new", userId = base.userId) =>
    openConversation(base.deps, {
      identity: { userId, apiKeyId: null },
      request,
      requestId: "request-1",
      reference,
      card: { contextWindow: 1000 },
    });
  const answer = (conversation_id: string, content: string, status = "complete") =>
    insertMessages(base.kysely, [{ user_id: base.userId, conversation_id, role: "assistant", content, status }]);
  return { ...base, open, answer };
}

const messagesOf = ({ exchanges }: OpenConversation) => exchanges.flatMap(({ messages }) => messages);

describe("opening a conversation", () => {
  test("begins a new one with the message in it, before any answer", async () => {
    const { open, conversations, messages, userId } = await setup();

    const { id, exchanges } = await open(ask("How are you?"));

    expect(exchanges).toEqual([]);
    expect(await conversations()).toMatchObject([{ id, user_id: userId, title: "How are you?", is_active: true }]);
    expect(await messages()).toMatchObject([
      { conversation_id: id, user_id: userId, role: "user", content: "How are you?", request_id: "request-1" },
    ]);
  });

  test("goes on with one's own, and gives what was said, oldest first", async () => {
    const { open, answer } = await setup();
    const { id } = await open(ask("One"));
    await answer(id, "Two");

    const opened = await open(ask("Three"), id);

    expect(opened).toMatchObject({ id, summary: null, endsWithQuestion: false, replaces: null });
    expect(messagesOf(opened)).toEqual([
      { role: "user", content: "One" },
      { role: "assistant", content: "Two" },
    ]);
  });

  test("gives a model no failed and no empty answer", async () => {
    const { open, answer } = await setup();
    const { id } = await open(ask("One"));
    await answer(id, "Broken", "failed");
    await answer(id, "");
    await answer(id, "Half", "partial");

    expect(messagesOf(await open(ask("Two"), id)).map(({ content }) => content)).toEqual(["One", "Half"]);
  });

  test("reads no more of a long one than a model can be told", async () => {
    const { open, answer } = await setup();
    const { id } = await open(ask("First"));
    for (let index = 1; index <= 12; index += 1) await answer(id, `${index}`.repeat(400));

    const contents = messagesOf(await open(ask("Last"), id)).map(textOf);

    expect(contents.at(-1)).toBe("12".repeat(400));
    expect(contents).not.toContain("First");
    expect(contents.join("").length).toBeLessThan(3500 + 800);
    expect(contents.join("").length).toBeGreaterThan(3500 - 800);
  });

  test.each(["of somebody else", "that was deleted", "that does not exist", "with an id that is none"])(
    "does not find one %s, and stores nothing",
    async (which) => {
      const { open, kysely, messages } = await setup();
      const { id } = await open(ask("Mine"));
      const before = await messages();
      const stranger = crypto.randomUUID();
      await kysely.insertInto("users").values({ id: stranger, email: "stranger@example.test" }).execute();
      if (which === "that was deleted") await kysely.updateTable("conversations").set({ is_active: false }).execute();
      const reference =
        which === "that does not exist"
          ? crypto.randomUUID()
          : which === "with an id that is none"
            ? "new-ish'; --"
            : id;

      const opened = open(ask("Hi"), reference, which === "of somebody else" ? stranger : undefined);

      await expect(opened).rejects.toMatchObject({
        code: "NOT_FOUND",
        message: `Conversation ${reference} not found`,
      });
      expect(await messages()).toEqual(before);
    },
  );

  test("stores the last message only when it is the user's: a tool result belongs to the one before", async () => {
    const { open, messages } = await setup();
    const call = { id: "c1", type: "function" as const, function: { name: "f", arguments: "{}" } };

    await open({
      messages: [
        { role: "user", content: "Weather?" },
        { role: "assistant", tool_calls: [call] },
        { role: "tool", tool_call_id: "c1", content: "sunny" },
      ],
    });

    expect(await messages()).toEqual([]);
  });

  test.each([
    ["a short line", "Hello", "Hello"],
    ["several lines", "  One\n\n two\tthree ", "One two three"],
    ["a long text", "x".repeat(60), `${"x".repeat(50)}...`],
    ["a text of pictures", "\u{1F600}".repeat(60), `${"\u{1F600}".repeat(50)}...`],
    ["a text of fifty pictures", "\u{1F600}".repeat(50), "\u{1F600}".repeat(50)],
    ["nothing but blanks", " \n ", "New Conversation"],
  ])("names it after %s", async (_what, question, title) => {
    const { open, conversations } = await setup();

    await open(ask(question));

    expect(await conversations()).toMatchObject([{ title }]);
  });

  test("names one that was begun without a title after what is said first, and no other", async () => {
    const { open, kysely, userId, conversations } = await setup();
    for (const title of ["New Conversation", "Plans"]) {
      const { id } = await kysely
        .insertInto("conversations")
        .values({ user_id: userId, title })
        .returning("id")
        .executeTakeFirstOrThrow();
      await open(ask("How are you?"), id);
      await open(ask("And now?"), id);
    }

    expect((await conversations()).map(({ title }) => title).toSorted()).toEqual(["How are you?", "Plans"]);
  });

  test("stores what is not text as a word for it", async () => {
    const { open, messages } = await setup();
    const content = [
      { type: "text" as const, text: "Look:" },
      { type: "image_url" as const, image_url: { url: "data:image/png;base64,AAAA" } },
      { type: "input_audio" as const, input_audio: { data: "AAAA", format: "wav" } },
      { type: "file" as const, file: { file_id: "f" } },
    ];

    await open({ messages: [{ role: "user", content }] });

    expect(await messages()).toMatchObject([{ content: "Look:\n[image]\n[audio]\n[file]" }]);
  });

  test("stores a character that PostgreSQL does not have without it", async () => {
    const { open, messages, conversations } = await setup();

    await open(ask("a\u0000b"));

    expect(await messages()).toMatchObject([{ content: "ab" }]);
    expect(await conversations()).toMatchObject([{ title: "ab" }]);
  });

  test("moves the conversation to the top of its owner's list", async () => {
    const { open, kysely } = await setup();
    const { id } = await open(ask("One"));
    await kysely
      .updateTable("conversations")
      .set({ updated_at: new Date("2020-01-01T00:00:00Z") })
      .execute();

    await open(ask("Two"), id);

    const row = await kysely.selectFrom("conversations").select("updated_at").executeTakeFirstOrThrow();
    expect(row.updated_at?.getFullYear()).toBeGreaterThan(2020);
  });
});

describe("the results of tools", () => {
  const call = (id: string) => ({ id, type: "function" as const, function: { name: "f", arguments: "{}" } });
  const result = (id: string) => ({ role: "tool" as const, tool_call_id: id, content: `result of ${id}` });

  async function setupWithCalls() {
    const base = await setup();
    const { id, follows } = await base.open(ask("Weather?"));
    const calling = {
      id: crypto.randomUUID(),
      user_id: base.userId,
      conversation_id: id,
      role: "assistant",
      content: "",
      tool_calls: JSON.stringify([call("a"), call("b")]),
    };
    await insertMessages(base.kysely, [calling], follows);
    return { ...base, id, callId: calling.id };
  }

  test("are stored in the exchange of their call, and come after it", async () => {
    const { open, id, callId, messages } = await setupWithCalls();

    const opened = await open({ messages: [result("a"), result("b")] }, id);

    expect(opened).toMatchObject({ endsWithQuestion: true, follows: callId });
    expect(messagesOf(opened)).toEqual([
      { role: "user", content: "Weather?" },
      { role: "assistant", content: null, tool_calls: [call("a"), call("b")] },
    ]);
    const stored = await messages();
    expect(stored.map(({ role, tool_call_id }) => [role, tool_call_id])).toEqual([
      ["user", null],
      ["assistant", null],
      ["tool", "a"],
      ["tool", "b"],
    ]);
    expect(new Set(stored.map(({ exchange }) => exchange)).size).toBe(1);
  });

  test("are history for what is asked then", async () => {
    const { open, id } = await setupWithCalls();
    await open({ messages: [result("a"), result("b")] }, id);

    expect(messagesOf(await open(ask("And tomorrow?"), id))).toEqual([
      { role: "user", content: "Weather?" },
      { role: "assistant", content: null, tool_calls: [call("a"), call("b")] },
      result("a"),
      result("b"),
    ]);
  });

  test("that come a second time are not stored twice", async () => {
    const { open, id, messages } = await setupWithCalls();
    const request = { messages: [result("a"), result("b")] };
    const first = await open(request, id);

    expect(messagesOf(await open(request, id))).toEqual(messagesOf(first));
    expect(await messages()).toHaveLength(4);
  });

  test.each([
    ["of a call that nobody made", [result("x")]],
    ["of one of two calls only", [result("a")]],
    ["and one more than was called for", [result("a"), result("b"), result("c")]],
  ])("%s are refused, and nothing is stored", async (_what, results) => {
    const { open, id, messages } = await setupWithCalls();

    await expect(open({ messages: results }, id)).rejects.toMatchObject({ code: "INVALID_INPUT" });
    expect(await messages()).toHaveLength(2);
  });

  test("that nobody sent make the call one that no model sees", async () => {
    const { open, id } = await setupWithCalls();

    expect(messagesOf(await open(ask("Never mind"), id))).toEqual([{ role: "user", content: "Weather?" }]);
  });
});

test("of two requests at once each finds the other's question or is found by it", async () => {
  const { open } = await setup();
  const { id } = await open(ask("First"));

  const opened = await Promise.all(["a", "b", "c", "d"].map((question) => open(ask(question), id)));

  const seen = opened.map((each) => messagesOf(each).length).toSorted((a, b) => a - b);
  expect(seen).toEqual([1, 2, 3, 4]);
});
