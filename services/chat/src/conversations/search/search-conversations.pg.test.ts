import { chat } from "@gaia/contracts";
import { describe, expect, test } from "vitest";
import { openConversationsWorld } from "../testing/open-conversations-world.ts";
import { searchConversations, searchPlainConversations } from "./search-conversations.ts";

const world = await openConversationsWorld();

async function setup() {
  const base = await world.setup();
  const { deps, context } = base;
  const search = (q: string, query: object = {}, caller = context) =>
    searchConversations(deps, caller, chat.searchConversations.input.parse({ q, ...query }));
  const found = async (q: string) => (await search(q)).conversations.map(({ title }) => title);
  const plain = async (q: string, caller = context) =>
    (await searchPlainConversations(deps, caller, { q })).map(({ title }) => title);
  return { ...base, search, found, plain };
}

describe("searching conversations", () => {
  test.each([
    ["a word of a title", "pirates"],
    ["a word of a question", "lighthouse"],
    ["a word of an answer", "keeper"],
    ["in any case", "LIGHTHOUSE"],
    ["words that are not beside each other", "keeper old"],
    ["the beginning of the last word", "old keep"],
    ["a phrase", '"old keeper"'],
    ["a phrase that goes on", '"the old" keeper'],
    ["one or the other", "nothing or keeper"],
    ["one without the other", "keeper -submarine"],
    ["a word behind an accent", "Übersee"],
    ["a part of a title in a script without blanks", "灯台"],
  ])("finds %s", async (_what, q) => {
    const { converse, found } = await setup();
    await converse(["Who lives in the lighthouse?", "The old keeper, back from übersee."], "Pirates 古い灯台守");
    await converse(["Other", "Things"], "Elsewhere");

    expect(await found(q)).toEqual(["Pirates 古い灯台守"]);
  });

  test.each([
    ["both words in one message only", "lighthouse keeper"],
    ["no phrase in another order", '"keeper old"'],
    ["nothing that must not be there", "keeper -old"],
    ["nothing whose beginning must not be there", "lives -light -lighthouse"],
    ["no middle of a word in messages", "ighthous"],
    ["nothing but signs", "&&& | ! <-> :* ''' \\"],
    ["no answer that was replaced", "mistake"],
    ["no result of a tool", "wikipedia"],
  ])("finds %s", async (_what, q) => {
    const { converse, answer, found } = await setup();
    const id = await converse(["Who lives in the lighthouse?", "The old keeper."], "Pirates");
    await answer(id, { content: "A mistake", replaced_by: crypto.randomUUID() });
    await answer(id, { content: "From wikipedia", role: "tool" });

    expect(await found(q)).toEqual([]);
  });

  test.each([
    "'",
    "\\",
    "a & b | c",
    "!!!",
    '"',
    "-",
    "a:*",
    "( a",
    "<b>",
    "%",
    "_",
    "'':*",
    "a <-> b",
    "or or",
    "a -",
  ])("never fails, not even for %s", async (q) => {
    const { converse, search, plain } = await setup();
    await converse(["a b c", "d"], "Title");

    await expect(search(q)).resolves.toBeDefined();
    await expect(plain(q)).resolves.toBeDefined();
  });

  test("shows where the words are, in text that nobody must trust", async () => {
    const { converse, search } = await setup();
    const text = `Forged \u{E000}mark\u{E001} <script>alert(1)</script> and the lighthouse \u{1F600} of Alexandria.`;
    await converse(["Hello", text], "The lighthouse");

    const { conversations } = await search("lighthouse alex");

    const [hit] = conversations;
    expect(hit).toMatchObject({ title: "The lighthouse", message_count: 1 });
    const [message] = hit?.messages ?? [];
    expect(message).toMatchObject({ message_id: expect.any(String), role: "assistant" });
    const words = message?.highlights.map(([start, end]) => message.excerpt.slice(start, end));
    expect(words).toEqual(["lighthouse", "Alexandria"]);
    expect(message?.excerpt).not.toMatch(/[\u{E000}\u{E001}]/u);
  });

  test("marks the words of a title", async () => {
    const { converse, search } = await setup();
    await converse([], "The old lighthouse");

    expect((await search("light")).conversations).toMatchObject([
      { title_highlights: [[8, 18]], message_count: 0, messages: [] },
    ]);
  });

  test("tells how many messages have the words, and shows the best three", async () => {
    const { converse, search } = await setup();
    await converse(["ship", "ship ship ship", "a ship", "no", "the ship", "a ship ship"], "Sea");

    const [hit] = (await search("ship")).conversations;

    expect(hit?.message_count).toBe(5);
    expect(hit?.messages.map(({ excerpt }) => excerpt)).toHaveLength(3);
    expect(hit?.messages[0]?.excerpt).toBe("ship ship ship");
  });

  test("comes in pages, last used first", async () => {
    const { converse, search } = await setup();
    for (const title of ["a", "b", "c"]) await converse(["ship"], title);

    const first = await search("ship", { limit: 2 });
    const second = await search("ship", { limit: 2, cursor: first.next_cursor });

    expect(first.conversations.map(({ title }) => title)).toEqual(["c", "b"]);
    expect(second).toMatchObject({ conversations: [{ title: "a" }], next_cursor: null });
  });

  test("finds neither other people's nor deleted conversations", async () => {
    const { converse, search, plain, stranger, kysely } = await setup();
    await converse(["ship"], "Ship");
    const other = await stranger();
    expect((await search("ship", {}, other)).conversations).toEqual([]);
    expect(await plain("ship", other)).toEqual([]);

    await kysely.updateTable("conversations").set({ is_active: false }).execute();

    expect((await search("ship")).conversations).toEqual([]);
    expect(await plain("ship")).toEqual([]);
  });

  test("stores and finds messages that are longer than what can be searched", async () => {
    const { converse, found } = await setup();
    const many = Array.from({ length: 40_000 }, (_, index) => `word${index}`).join(" ");
    await converse([`needle ${many}`, "字".repeat(200_000)], "Long");

    expect(await found("needle word7")).toEqual(["Long"]);
  });
});

describe("the original's search", () => {
  test("finds the text anywhere in title and preview, and nothing that means something to a pattern", async () => {
    const { converse, plain, kysely } = await setup();
    await converse([], "The lighthouse");
    const id = await converse([], "100%");
    await kysely.updateTable("conversations").set({ preview: "From Alexandria" }).where("id", "=", id).execute();

    expect(await plain("IGHTHOUS")).toEqual(["The lighthouse"]);
    expect(await plain("xandr")).toEqual(["100%"]);
    expect(await plain("0%")).toEqual(["100%"]);
    expect(await plain("%")).toEqual(["100%"]);
    expect(await plain("_")).toEqual([]);
  });

  test("lists everything for an empty text", async () => {
    const { converse, plain } = await setup();
    await converse([], "a");
    await converse([], "b");

    expect(await plain("")).toEqual(["b", "a"]);
  });
});
