import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { answerStream, mockModels, type Script, wireFormats } from "../support/mock-providers.ts";
import { createPerson, type Person, type StartWorld } from "../support/start-gaia.ts";
import { openScriptedWorld, type ScriptedWorld } from "../support/worlds.ts";
import { type Answer, chunksOf, eventsOf, textOf } from "../topology/requests.ts";

const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;
const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

interface Conversations {
  readonly scripted: () => ScriptedWorld;
  /** One request as the person, or as somebody else. */
  readonly send: (
    method: string,
    path: string,
    body?: object,
    by?: Person,
  ) => Promise<{ readonly status: number; readonly body: Answer }>;
  /** Asks a question that nobody else asks and gets an answer to it; tells the question. */
  readonly chat: (answer: string, conversation?: unknown, by?: Person) => Promise<readonly [string, string]>;
  readonly question: (script: Script) => string;
}

/** Conversations as a client meets them. */
export function describeConversations(name: string, startWorld: StartWorld): void {
  describe(`conversations, ${name}`, () => {
    let opened: ScriptedWorld | undefined;
    const scripted = () => {
      if (opened === undefined) throw new Error("the world did not start");
      return opened;
    };
    const send: Conversations["send"] = async (method, path, body, by = scripted().person) => {
      const response = await fetch(scripted().world.url + path, {
        method,
        headers: { "x-api-key": by.key, "content-type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, body: text === "" ? {} : (JSON.parse(text) as Answer) };
    };
    const question = (script: Script) => {
      const text = `question ${randomUUID()}`;
      scripted().providers.openai.script(text, script);
      return text;
    };
    const chat: Conversations["chat"] = async (answer, conversation, by) => {
      const message = question(wireFormats.openai.whole(answer));
      const { body } = await send("POST", "/api/v1/chat", { message, conversation_id: conversation }, by);
      return [message, String(body["conversation_id"])];
    };

    beforeAll(async () => {
      opened = await openScriptedWorld(startWorld);
    });
    afterAll(() => opened?.stop());

    const shared = { scripted, send, chat, question };
    describeContract(shared);
    describeMessages(shared);
    describeSearch(shared);
    describeRegenerating(shared);
    describeLongOnes(shared);
  });
}

function describeContract({ scripted, send, chat }: Conversations): void {
  describe("the routes of the contract", () => {
    test("POST /api/v1/conversations begins one, with a title or without", async () => {
      const made = await send("POST", "/api/v1/conversations", { title: "Plans" });
      expect(made).toEqual({
        status: 201,
        body: {
          id: expect.stringMatching(uuid),
          title: "Plans",
          preview: "",
          created_at: expect.stringMatching(time),
          updated_at: expect.stringMatching(time),
        },
      });
      expect(await send("GET", `/api/v1/conversations/${made.body["id"]}`)).toEqual({ status: 200, body: made.body });
      expect(await send("POST", "/api/v1/conversations")).toMatchObject({
        status: 201,
        body: { title: "New Conversation" },
      });
      expect(await send("POST", "/api/v1/conversations", { title: "x".repeat(256) })).toMatchObject({ status: 422 });
      expect(await send("POST", "/api/v1/conversations", { title: "a\0b" })).toMatchObject({ status: 422 });
      expect(await send("POST", "/api/v1/conversations", { title: 5 })).toMatchObject({ status: 422 });
      expect(await send("POST", "/api/v1/conversations", { colour: "blue" })).toMatchObject({ status: 201 });
    });

    test("GET /api/v1/conversations lists them, last used first, all at once or in pages", async () => {
      const person = await createPerson(scripted().world);
      const [, first] = await chat("Yes.", undefined, person);
      const [, second] = await chat("Yes.", undefined, person);
      await chat("Yes.", first, person);

      const all = await send("GET", "/api/v1/conversations", undefined, person);
      expect(all.body).toMatchObject({ conversations: [{ id: first }, { id: second }], next_cursor: null });
      const page = await send("GET", "/api/v1/conversations?limit=1", undefined, person);
      expect(page.body["conversations"]).toEqual([all.body["conversations"][0]]);
      const next = `/api/v1/conversations?limit=1&cursor=${page.body["next_cursor"]}`;
      expect(await send("GET", next, undefined, person)).toEqual({
        status: 200,
        body: { conversations: [all.body["conversations"][1]], next_cursor: null },
      });
      for (const query of ["limit=0", "limit=1001", "limit=many", "cursor=nonsense"]) {
        expect((await send("GET", `/api/v1/conversations?${query}`)).status).toBe(422);
      }
    });

    test("PATCH renames, PUT sets title and preview, as the original's web interface did", async () => {
      const { body } = await send("POST", "/api/v1/conversations", { title: "Old" });
      const path = `/api/v1/conversations/${body["id"]}`;
      expect(await send("PATCH", path, { title: "New" })).toMatchObject({ status: 200, body: { title: "New" } });
      expect(await send("PUT", path, { preview: "Seen" })).toMatchObject({
        status: 200,
        body: { title: "New", preview: "Seen" },
      });
      expect(await send("PUT", path, { title: "Newer" })).toMatchObject({
        status: 200,
        body: { title: "Newer", preview: "Seen" },
      });
      for (const wrong of [{}, { title: "" }, { title: "  " }, { title: null }]) {
        expect((await send("PATCH", path, wrong)).status).toBe(422);
      }
    });

    test("DELETE hides one from everything but its messages, and may be repeated", async () => {
      const [, id] = await chat("Yes.");
      const path = `/api/v1/conversations/${id}`;
      expect(await send("DELETE", path)).toEqual({ status: 204, body: {} });
      expect(await send("DELETE", path)).toEqual({ status: 204, body: {} });
      expect((await send("GET", path)).status).toBe(404);
      expect((await send("GET", "/api/v1/conversations")).body["conversations"]).not.toContainEqual(
        expect.objectContaining({ id }),
      );
      expect((await send("POST", "/api/v1/chat", { message: "Hello", conversation_id: id })).status).toBe(404);
      expect((await send("GET", `${path}/messages`)).body["messages"]).toHaveLength(2);
    });

    test("DELETE with erase leaves nothing but the bill", async () => {
      const [, id] = await chat("Yes.");
      const { kysely } = scripted().world.database;
      const paid = kysely
        .selectFrom("usage_records")
        .innerJoin("chat_messages", "chat_messages.request_id", "usage_records.request_id")
        .select("usage_records.id")
        .where("conversation_id", "=", id);
      const [bill] = await paid.execute();
      expect(await send("DELETE", `/api/v1/conversations/${id}?erase=true`)).toEqual({ status: 204, body: {} });
      expect(await send("GET", `/api/v1/conversations/${id}/messages`)).toMatchObject({ status: 404 });
      const left = (table: "conversations" | "chat_messages", column: "id" | "conversation_id") =>
        kysely.selectFrom(table).selectAll().where(column, "=", id).execute();
      expect(await left("conversations", "id")).toEqual([]);
      expect(await left("chat_messages", "conversation_id")).toEqual([]);
      const bills = kysely.selectFrom("usage_records").select("id").where("id", "=", String(bill?.id));
      expect(await bills.execute()).toHaveLength(1);
    });

    test("the v0.3 routes have their own keys", async () => {
      const person = await createPerson(scripted().world);
      const made = await send("POST", "/api/v0.3/conversations", { title: "Brief" }, person);
      expect(made).toEqual({
        status: 201,
        body: { conversation_id: expect.stringMatching(uuid), title: "Brief" },
      });
      const { conversation_id } = made.body;
      expect(await send("GET", "/api/v0.3/conversations", undefined, person)).toMatchObject({
        status: 200,
        body: { conversations: [{ conversation_id, title: "Brief", created_at: expect.stringMatching(time) }] },
      });
      expect(await send("GET", `/api/v0.3/conversations/${conversation_id}/messages`, undefined, person)).toEqual({
        status: 200,
        body: { messages: [], next_cursor: null },
      });
      expect((await send("DELETE", `/api/v0.3/conversations/${conversation_id}`, undefined, person)).status).toBe(204);
    });

    test("the original's lists are bare arrays", async () => {
      const person = await createPerson(scripted().world);
      await send("POST", "/api/v1/conversations", { title: "The lighthouse" }, person);
      const { body } = await send("POST", "/api/v1/conversations", { title: "100%" }, person);
      await send("PUT", `/api/v1/conversations/${body["id"]}`, { preview: "From Alexandria" }, person);
      const titles = async (path: string) =>
        ((await send("GET", path, undefined, person)).body as unknown as Answer[]).map(({ title }) => String(title));

      expect(await titles("/api/v1/chat/conversations")).toEqual(["100%", "The lighthouse"]);
      expect(await titles("/api/v1/chat/conversations/search?q=IGHTH")).toEqual(["The lighthouse"]);
      expect(await titles("/api/v1/chat/conversations/search?q=alex")).toEqual(["100%"]);
      expect(await titles("/api/v1/chat/conversations/search?q=%25")).toEqual(["100%"]);
      expect(await titles("/api/v1/chat/conversations/search?q=")).toHaveLength(2);
      expect((await send("GET", "/api/v1/chat/conversations/search")).status).toBe(422);
    });

    test("GET /api/v1/conversations/stats counts", async () => {
      const person = await createPerson(scripted().world);
      await chat("Yes.", undefined, person);
      expect(await send("GET", "/api/v1/conversations/stats", undefined, person)).toEqual({
        status: 200,
        body: {
          total_conversations: 1,
          total_messages: 2,
          user_messages: 1,
          assistant_messages: 1,
          tokens_used: 8,
          first_conversation_at: expect.stringMatching(time),
          last_activity_at: expect.stringMatching(time),
        },
      });
    });

    test("an id of somebody else's, an unknown one and none at all are told alike", async () => {
      const stranger = await createPerson(scripted().world);
      const [, own] = await chat("Yes.");
      for (const id of [own, randomUUID(), "not-an-id", "'; drop table users; --"]) {
        const path = `/api/v1/conversations/${encodeURIComponent(id)}`;
        const requests: [string, string, object?][] = [
          ["GET", path],
          ["GET", `${path}/messages`],
          ["PATCH", path, { title: "Mine" }],
          ["PUT", path, { title: "Mine" }],
          ["POST", `${path}/regenerate`, {}],
          ["DELETE", path],
          ["DELETE", `${path}?erase=true`],
          ["POST", "/api/v1/chat", { message: "Hello", conversation_id: id }],
          ["POST", "/api/v1/chat", { message: "Hello", conversation_id: id, stream: true }],
        ];
        for (const [method, url, body] of requests) {
          expect(await send(method, url, body, stranger)).toMatchObject({
            status: 404,
            body: { detail: `Conversation ${id} not found`, code: "NOT_FOUND" },
          });
        }
      }
      expect((await send("GET", `/api/v1/conversations/${own}/messages`)).body["messages"]).toHaveLength(2);
    });
  });
}

function describeMessages({ scripted, send, chat, question }: Conversations): void {
  describe("messages", () => {
    test("are listed oldest first, with the original's fields", async () => {
      const [first, id] = await chat("One.");
      const [second] = await chat("Two.", id);
      const path = `/api/v1/conversations/${id}/messages`;
      const { status, body } = await send("GET", path);
      expect(status).toBe(200);
      expect((body["messages"] as Answer[]).map(({ role, content }) => [role, content])).toEqual([
        ["user", first],
        ["assistant", "One."],
        ["user", second],
        ["assistant", "Two."],
      ]);
      expect(body["messages"][1]).toMatchObject({
        id: expect.stringMatching(uuid),
        model: mockModels.openai,
        provider: "openai",
        tokens_used: 8,
        created_at: expect.stringMatching(time),
        status: "complete",
      });
      const page = await send("GET", `${path}?limit=3`);
      const rest = await send("GET", `${path}?limit=3&cursor=${page.body["next_cursor"]}`);
      expect([...page.body["messages"], ...rest.body["messages"]]).toEqual(body["messages"]);
      expect(rest.body["next_cursor"]).toBeNull();
      const newest = await send("GET", `${path}?limit=1&order=desc`);
      expect(newest.body["messages"]).toEqual([body["messages"][3]]);
    });

    test("of more than a message on the wire may have arrive whole", async () => {
      const large = "x".repeat(2_000_000);
      const marker = question(wireFormats.openai.whole("Read."));
      const asked = await send("POST", "/api/v1/chat", { message: `${marker} ${large}` });
      const { body } = await send("GET", `/api/v1/conversations/${asked.body["conversation_id"]}/messages`);
      expect(body["messages"]).toMatchObject([{ content: `${marker} ${large}` }, { content: "Read." }]);
    });

    test("of requests at once stand each behind its question, and none is lost", async () => {
      const { openai } = scripted().providers;
      const [, id] = await chat("Zero.");
      const marker = randomUUID();
      const asked = [0, 1, 2, 3].map((index) => `${marker} ${index}`);
      const finish = new Map(asked.map((text) => [text, Promise.withResolvers<void>()]));
      openai.script(marker, async (response, request) => {
        const question = String((JSON.parse(request.body) as Answer)["messages"].at(-1).content);
        await finish.get(question)?.promise;
        return wireFormats.openai.whole(`Answer to ${question}`)(response, request);
      });
      const answers = new Map(
        asked.map((message) => [message, send("POST", "/api/v1/chat", { message, conversation_id: id })]),
      );
      await expect.poll(() => openai.requestsWith(marker).length).toBe(4);
      // The last comes first.
      for (const text of asked.toReversed()) {
        finish.get(text)?.resolve();
        expect((await answers.get(text))?.status).toBe(200);
      }
      const { body } = await send("GET", `/api/v1/conversations/${id}/messages`);
      const said = (body["messages"] as Answer[]).slice(2).map(({ content }) => String(content));
      expect(said).toHaveLength(8);
      for (const text of asked) expect(said[said.indexOf(text) + 1]).toBe(`Answer to ${text}`);
    });
  });
}

function describeSearch({ scripted, send, chat }: Conversations): void {
  describe("search", () => {
    test("finds words in titles and messages, says where they are, and needs no markup for it", async () => {
      const person = await createPerson(scripted().world);
      const text = "<b>Beware</b>: the lighthouse of Alexandria was a wonder.";
      const [, id] = await chat(text, undefined, person);
      await chat("Nothing of that kind.", undefined, person);
      await send("PATCH", `/api/v1/conversations/${id}`, { title: "An old lighthouse" }, person);

      const path = "/api/v1/conversations/search?q=lighthouse";
      const { status, body } = await send("GET", `${path}%20alex`, undefined, person);
      expect(status).toBe(200);
      expect(body).toMatchObject({
        conversations: [{ id, title: "An old lighthouse", message_count: 1 }],
        next_cursor: null,
      });
      const [message] = body["conversations"][0].messages as Answer[];
      expect(message).toMatchObject({ role: "assistant", message_id: expect.stringMatching(uuid) });
      const { excerpt = "", highlights = [] } = { ...message };
      const words = (highlights as [number, number][]).map(([start, end]) => String(excerpt).slice(start, end));
      expect(words).toEqual(["lighthouse", "Alexandria"]);
      const [hit] = (await send("GET", path, undefined, person)).body["conversations"] as Answer[];
      expect(hit?.["title_highlights"]).toEqual([[7, 17]]);
      expect((await send("GET", path)).body["conversations"]).toEqual([]);
    });

    test.each(["%27", "%22", "%5C", "a%20%26%20b", "%21%21", ":*", "-", "%E7%81%AF"])("takes q=%s", async (q) => {
      expect((await send("GET", `/api/v1/conversations/search?q=${q}`)).status).toBe(200);
    });

    test.each(["", "?q=", "?q=%20", "?q=%00", `?q=${"x".repeat(501)}`, "?q=a&limit=51", "?q=a&cursor=x"])(
      "refuses %s",
      async (query) => {
        expect((await send("GET", `/api/v1/conversations/search${query}`)).status).toBe(422);
      },
    );
  });
}

function describeRegenerating({ scripted, send, chat }: Conversations): void {
  describe("regenerating", () => {
    const regenerate = (id: string, body: object = {}) => send("POST", `/api/v1/conversations/${id}/regenerate`, body);
    const contents = async (id: string) =>
      ((await send("GET", `/api/v1/conversations/${id}/messages`)).body["messages"] as Answer[]).map(
        ({ content }) => content,
      );

    test("answers the last question anew, as chat answers", async () => {
      const [first, id] = await chat("One.");
      const [last] = await chat("Bad.", id);
      scripted().providers.openai.script(last, wireFormats.openai.whole("Better."));

      const { status, body } = await regenerate(id);

      expect(status).toBe(200);
      expect(body).toMatchObject({
        object: "chat.completion",
        model: mockModels.openai,
        choices: [{ index: 0, message: { role: "assistant", content: "Better." }, finish_reason: "stop" }],
        usage: { prompt_tokens: 5, input_tokens: 5 },
        conversation_id: id,
        _metadata: { conversation_id: id, route_type: "direct" },
      });
      expect(await contents(id)).toEqual([first, "One.", last, "Better."]);
      const sent = scripted().providers.openai.requestsWith(last).at(-1)?.body ?? "";
      expect(sent).toContain("You are Mu");
      expect(sent).not.toContain("Bad.");
      expect((JSON.parse(sent) as Answer)["messages"].at(-1)).toEqual({ role: "user", content: last });
    });

    test("streams, and takes another model", async () => {
      const [last, id] = await chat("Bad.");
      const { begin, end } = wireFormats.anthropic;
      scripted().providers.anthropic.script(last, answerStream(begin(["Bet", "ter."]) + end(), "complete"));
      const { world, person } = scripted();

      const response = await fetch(`${world.url}/api/v1/conversations/${id}/regenerate`, {
        method: "POST",
        headers: { "x-api-key": person.key, "content-type": "application/json" },
        body: JSON.stringify({ stream: true, model: mockModels.anthropic }),
      });

      const events = await eventsOf(response);
      expect(response.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
      expect(textOf(chunksOf(events))).toBe("Better.");
      expect(events.at(-1)).toBe("[DONE]");
      expect(await contents(id)).toEqual([last, "Better."]);
    });

    test("keeps the old answer where there is no new one", async () => {
      const [last, id] = await chat("Good enough.");
      scripted().providers.openai.script(last, (response) => void response.writeHead(400).end("{}"));

      expect((await regenerate(id)).status).toBeGreaterThanOrEqual(400);
      expect(await contents(id)).toEqual([last, "Good enough."]);
    });

    test("is a conflict where nothing was asked", async () => {
      const { body } = await send("POST", "/api/v1/conversations");
      expect(await regenerate(String(body["id"]))).toMatchObject({
        status: 409,
        body: { reason: "conversation.nothing_to_regenerate" },
      });
    });
  });
}

function describeLongOnes({ scripted, send, chat, question }: Conversations): void {
  test("a conversation that is longer than its model's window loses its oldest exchanges, and gets a summary", async () => {
    const { providers, world, person } = scripted();
    const [first, id] = await chat("One.");
    const filler = "x".repeat(60_000);
    // gpt-4o has a window of 128,000 tokens.
    const rows = Array.from({ length: 10 }, (_, index) => ({
      user_id: person.userId,
      conversation_id: id,
      role: index % 2 === 0 ? "user" : "assistant",
      content: `filler-${index}- ${filler}`,
    }));
    await world.database.kysely.insertInto("chat_messages").values(rows).execute();
    providers.openai.script("You keep the memory", wireFormats.openai.whole("They said one."));

    const next = question(wireFormats.openai.whole("Two."));
    expect((await send("POST", "/api/v1/chat", { message: next, conversation_id: id })).status).toBe(200);

    const sent = providers.openai.requestsWith(next).find(({ body }) => !body.includes("You keep the memory"));
    expect(sent?.body).not.toContain(first);
    expect(sent?.body).toContain("filler-9-");
    expect(sent?.body.length).toBeLessThan(128_000 * 4);
    const summaries = () =>
      world.database.kysely
        .selectFrom("conversation_summaries")
        .select("summary")
        .where("conversation_id", "=", id)
        .execute();
    await expect.poll(summaries, { timeout: 5000 }).toEqual([{ summary: "They said one." }]);
    const last = question(wireFormats.openai.whole("Three."));
    await send("POST", "/api/v1/chat", { message: last, conversation_id: id });
    expect(providers.openai.requestsWith(last)[0]?.body).toContain("They said one.");
  });
}
