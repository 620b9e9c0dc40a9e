import type { ChatCompletionRequest } from "@gaia/contracts";
import { describe, expect, test } from "vitest";
import { ask, openChatWorld } from "../testing/open-chat-world.ts";
import { insertMessages } from "./conversation-repository.ts";
import { openConversation } from "./open-conversation.ts";

const world = await openChatWorld();

async function setup() {
  const base = await world.setup();
  const open = (request: ChatCompletionRequest, reference = "new", userId = base.userId) =>
    openConversation(base.deps, { identity: { userId, apiKeyId: null }, request, requestId: "request-1", reference });
  const answer = (conversation_id: string, content: string, status = "complete") =>
    insertMessages(base.kysely, [{ user_id: base.userId, conversation_id, role: "assistant", content, status }]);
  return { ...base, open, answer };
}

describe("opening a conversation", () => {
  test("begins a new one with the message in it, before any answer", async () => {
    const { open, conversations, messages, userId } = await setup();

    const { id, history } = await open(ask("How are you?"));

    expect(history).toEqual([]);
    expect(await conversations()).toMatchObject([{ id, user_id: userId, title: "How are you?", is_active: true }]);
    expect(await messages()).toMatchObject([
      { conversation_id: id, user_id: userId, role: "user", content: "How are you?", request_id: "request-1" },
    ]);
  });

  test("goes on with one's own, and gives what was said, oldest first", async () => {
    const { open, answer } = await setup();
    const { id } = await open(ask("One"));
    await answer(id, "Two");

    expect(await open(ask("Three"), id)).toEqual({
      id,
      history: [
        { role: "user", content: "One" },
        { role: "assistant", content: "Two" },
      ],
    });
  });

  test("gives a model no failed and no empty answer", async () => {
    const { open, answer } = await setup();
    const { id } = await open(ask("One"));
    await answer(id, "Broken", "failed");
    await answer(id, "");
    await answer(id, "Half", "partial");

    expect((await open(ask("Two"), id)).history.map(({ content }) => content)).toEqual(["One", "Half"]);
  });

  test("gives the last forty messages of a long one", async () => {
    const { open, answer } = await setup();
    const { id } = await open(ask("First"));
    for (let index = 1; index <= 45; index += 1) await answer(id, `Answer ${index}`);

    const { history } = await open(ask("Last"), id);

    expect(history).toHaveLength(40);
    expect([history.at(0)?.content, history.at(-1)?.content]).toEqual(["Answer 6", "Answer 45"]);
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
        message: `Conversation not found: ${reference}`,
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
    ["nothing but blanks", " \n ", "New Conversation"],
  ])("names it after %s", async (_what, question, title) => {
    const { open, conversations } = await setup();

    await open(ask(question));

    expect(await conversations()).toMatchObject([{ title }]);
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
