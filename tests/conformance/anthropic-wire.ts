import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { answerJson, answerStream, mockModels, type ProviderName, wireFormats } from "../support/mock-providers.ts";
import type { StartWorld } from "../support/start-gaia.ts";
import { openScriptedWorld, type ScriptedWorld } from "../support/worlds.ts";

type Body = Readonly<Record<string, unknown>>;

const words = ["Grüß", " Gott", ", 世界"];
const anthropicEvent = (type: string, fields: object) =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
let questions = 0;

/** Anthropic's dialect byte by byte: what passes untouched, what is added and taken away, how it ends when it breaks. */
export function describeAnthropicWire(topology: string, startWorld: StartWorld): void {
  describe(`Anthropic's dialect on the wire, ${topology}`, () => {
    let opened: ScriptedWorld | undefined;
    let world: ScriptedWorld["world"];
    let person: ScriptedWorld["person"];
    let providers: ScriptedWorld["providers"];

    beforeAll(async () => {
      opened = await openScriptedWorld(startWorld);
      ({ world, person, providers } = opened);
    });
    afterAll(() => opened?.stop());

    const post = (path: string, body: Body, headers: Record<string, string> = {}) =>
      fetch(`${world.url}${path}`, {
        method: "POST",
        headers: { "content-type": "application/json", "x-api-key": person.key, ...headers },
        body: JSON.stringify(body),
      });
    const send = (provider: ProviderName, marker: string, more: Body = {}, headers: Record<string, string> = {}) =>
      post("/v1/messages", { ...ask(provider, marker), ...more }, headers);
    const sentBody = (provider: ProviderName, marker: string) =>
      JSON.parse(providers[provider].requestsWith(marker).at(-1)?.body ?? "null") as Body;
    const recorded = async (requestId: string | null) => {
      const rows = () =>
        world.database.kysely.selectFrom("usage_records").selectAll().where("request_id", "=", requestId).execute();
      await expect.poll(rows).toHaveLength(1);
      return (await rows())[0];
    };

    test("passes an answer of Anthropic's on as the bytes that it is", async () => {
      const marker = newMarker();
      const bytes = `{ "type":"message","id":"msg_1","role":"assistant","model":"${mockModels.anthropic}",
        "content":[{"type":"text","text":"Hi"},{"type":"new_block","x":1.0}],"stop_reason":"new_reason",
        "usage":{"input_tokens":5,"cache_read_input_tokens":7,"output_tokens":3} }`;
      providers.anthropic.script(marker, (response) => {
        response.writeHead(200, { "content-type": "application/json" }).end(bytes);
      });
      const response = await send("anthropic", marker);
      expect(await response.text()).toBe(bytes);
      expect(response.headers.get("request-id")).toBe(response.headers.get("x-request-id"));
      expect(await recorded(response.headers.get("request-id"))).toMatchObject({
        operation: "chat.create-message",
        input_tokens: 12,
        cached_input_tokens: 7,
        output_tokens: 3,
        outcome: "ok",
      });
    });

    test("passes a stream of Anthropic's on as the bytes that it is", async () => {
      const marker = newMarker();
      const { begin, end } = wireFormats.anthropic;
      const bytes = `${begin(words)}${anthropicEvent("ping", {})}${anthropicEvent("new_event", { x: 1 })}${end()}`;
      providers.anthropic.script(marker, answerStream(bytes, "complete"));
      const response = await send("anthropic", marker, { stream: true });
      expect(response.headers.get("content-type")).toContain("text/event-stream");
      expect(await response.text()).toBe(bytes);
      expect(await recorded(response.headers.get("request-id"))).toMatchObject({
        input_tokens: 5,
        output_tokens: 3,
        outcome: "ok",
        first_token_ms: expect.any(Number),
      });
    });

    test("passes the request on, with the version that the caller speaks and never its credentials", async () => {
      const marker = newMarker();
      providers.anthropic.script(marker, wireFormats.anthropic.whole("Hi"));
      const more = { system: "Be brief.", new_field: { a: [1] }, temperature: 0.5, top_k: 3 };
      await post(
        "/v1/messages?beta=true",
        { ...ask("anthropic", marker), ...more },
        { "anthropic-version": "2026-10-21", "anthropic-beta": "some-beta" },
      );
      expect(sentBody("anthropic", marker)).toEqual({ ...ask("anthropic", marker), ...more });
      const { headers, path } = providers.anthropic.requestsWith(marker)[0] ?? {};
      expect(path).toBe("/v1/messages");
      expect(headers).toMatchObject({
        "anthropic-version": "2026-10-21",
        "anthropic-beta": "some-beta",
        "x-api-key": "test-anthropic-key",
      });
      expect(JSON.stringify(headers)).not.toContain(person.key);
    });

    test("speaks the older version where the caller names none", async () => {
      const marker = newMarker();
      providers.anthropic.script(marker, wireFormats.anthropic.whole("Hi"));
      await send("anthropic", marker);
      expect(providers.anthropic.requestsWith(marker)[0]?.headers["anthropic-version"]).toBe("2023-06-01");
    });

    test.each(["openai", "anthropic"] as const)(
      "keeps a conversation with %s, whole and streamed",
      async (provider) => {
        const first = newMarker();
        const second = newMarker();
        const { whole, begin, end } = wireFormats[provider];
        providers[provider].script(first, whole("First answer"));
        providers[provider].script(second, answerStream(begin(words) + end(), "complete"));
        const begun = await send(provider, first, { conversation_id: "new" });
        const id = begun.headers.get("x-conversation-id");
        expect(id).not.toBeNull();
        expect(await begun.json()).not.toHaveProperty("conversation_id");
        const continued = await send(provider, second, { conversation_id: id, stream: true });
        await continued.text();
        const sent = sentBody(provider, second);
        expect(sent).not.toHaveProperty("conversation_id");
        const turns = sent["messages"] as { role: string; content: unknown }[];
        expect(turns.map(({ role }) => role)).toEqual(["user", "assistant", "user"]);
        for (const text of [first, "First answer", second]) expect(JSON.stringify(turns)).toContain(text);
        const stored = await world.database.kysely
          .selectFrom("chat_messages")
          .select("content")
          .where("conversation_id", "=", id)
          .execute();
        expect(stored.map(({ content }) => content).sort()).toEqual(
          [first, "First answer", second, words.join("")].sort(),
        );
      },
    );

    test("takes thoughts that nobody has signed out of what goes to Anthropic", async () => {
      const marker = newMarker();
      providers.anthropic.script(marker, wireFormats.anthropic.whole("Hi"));
      const thought = (signature: string) => ({ type: "thinking", thinking: "Hm.", signature });
      const text = { type: "text", text: "Yes." };
      await send("anthropic", marker, {
        messages: [
          { role: "user", content: "Is it?" },
          { role: "assistant", content: [thought("gaia-unsigned"), thought("signed"), text] },
          { role: "user", content: marker },
        ],
      });
      expect(sentBody("anthropic", marker)["messages"]).toMatchObject([
        {},
        { content: [{ signature: "signed" }, text] },
        {},
      ]);
    });

    test.each([
      ["openai", `data: {"error":{"message":"secret inside","type":"server_error"}}\n\n`, "complete", "api_error"],
      ["openai", "", "cut", "api_error"],
      [
        "anthropic",
        anthropicEvent("error", { error: { type: "overloaded_error", message: "secret inside" } }),
        "complete",
        "overloaded_error",
      ],
      [
        "anthropic",
        anthropicEvent("error", { error: { type: "api_error", message: "secret inside" } }),
        "complete",
        "api_error",
      ],
      ["anthropic", "event: content_block_delta\ndata: {broken\n\n", "complete", "api_error"],
      ["anthropic", "", "complete", "api_error"],
      ["anthropic", "", "cut", "api_error"],
    ] as const)(
      "ends a stream of %s that breaks with %j (%s) by an error event: %s",
      async (provider, last, ending, type) => {
        const marker = newMarker();
        providers[provider].script(marker, answerStream(wireFormats[provider].begin(words) + last, ending));
        const response = await send(provider, marker, { stream: true, conversation_id: "new" });
        expect(response.status).toBe(200);
        const events = eventsOf(await response.text());
        const final = events.at(-1);
        expect(final).toMatchObject({
          name: "error",
          data: { type: "error", error: { type }, request_id: response.headers.get("request-id") },
        });
        expect(JSON.stringify(events)).not.toContain("secret inside");
        expect(events.map(({ name }) => name)).not.toContain("message_stop");
        expect(await recorded(response.headers.get("request-id"))).toMatchObject({ outcome: "failed" });
        const stored = await world.database.kysely
          .selectFrom("chat_messages")
          .select(["content", "status"])
          .where("conversation_id", "=", response.headers.get("x-conversation-id"))
          .where("role", "=", "assistant")
          .execute();
        expect(stored).toEqual([{ content: words.join(""), status: "partial" }]);
      },
    );

    test("closes a stream that said how it ends and forgot to", async () => {
      const marker = newMarker();
      const { begin, end } = wireFormats.anthropic;
      const [without] = end().split("event: message_stop");
      providers.anthropic.script(marker, answerStream(begin(words) + String(without), "complete"));
      const response = await send("anthropic", marker, { stream: true });
      expect(eventsOf(await response.text()).at(-1)).toEqual({ name: "message_stop", data: { type: "message_stop" } });
    });

    test.each([
      [529, 503, "overloaded_error"],
      [500, 502, "api_error"],
      [401, 502, "api_error"],
      [413, 413, "request_too_large"],
    ])("answers a provider's %d with %d and %s", { timeout: 30_000 }, async (theirs, status, type) => {
      const marker = newMarker();
      const error = { type: "error", error: { type: "x", message: "secret inside" } };
      providers.anthropic.script(marker, answerJson(error, theirs));
      const response = await send("anthropic", marker);
      expect(response.status).toBe(status);
      expect(await response.json()).toMatchObject({
        type: "error",
        error: { type, message: expect.not.stringContaining("secret") },
      });
    });

    test("answers with 502 what is no message", async () => {
      const marker = newMarker();
      providers.anthropic.script(marker, answerJson({ hello: "world" }));
      const response = await send("anthropic", marker);
      expect(response.status).toBe(502);
      expect(await response.json()).toMatchObject({ error: { type: "api_error" } });
    });

    test("lets Anthropic count tokens, and says nothing of an estimate", async () => {
      const marker = newMarker();
      providers.anthropic.script(marker, answerJson({ input_tokens: 1234 }));
      const { max_tokens: _none, ...question } = ask("anthropic", marker);
      const response = await post("/v1/messages/count_tokens?beta=true", question);
      expect(await response.json()).toEqual({ input_tokens: 1234 });
      expect(response.headers.get("x-gaia-token-count")).toBeNull();
      expect(providers.anthropic.requestsWith(marker)[0]?.path).toBe("/v1/messages/count_tokens");
      expect(sentBody("anthropic", marker)).toEqual(question);
    });

    test.each([
      ["no messages", { messages: [] }],
      ["an unknown role", { messages: [{ role: "wizard", content: "Hi" }] }],
      ["no tokens to answer with", { max_tokens: 0 }],
      ["something that is no base64", { messages: [{ role: "user", content: [image("###")] }] }],
      ["a kind of image that nobody reads", { messages: [{ role: "user", content: [image("aGk=", "image/tiff")] }] }],
      ["empty words", { messages: [{ role: "user", content: "" }] }],
      ["an empty block", { messages: [{ role: "user", content: [{ type: "text", text: "" }] }] }],
      [
        "a result without its call",
        { messages: [{ role: "user", content: [{ type: "tool_result", tool_use_id: "x" }] }] },
      ],
      [
        "a call without its result",
        {
          messages: [
            { role: "user", content: "Hi" },
            { role: "assistant", content: [call] },
            { role: "user", content: "Well?" },
          ],
        },
      ],
      ["a call by the user", { messages: [{ role: "user", content: [call] }] }],
      [
        "an answer that is begun",
        {
          messages: [
            { role: "user", content: "Hi" },
            { role: "assistant", content: "I" },
          ],
        },
      ],
      ["too hot", { temperature: 1.5 }],
      [
        "a choice of an unknown tool",
        { tools: [{ name: "a", input_schema: { type: "object" } }], tool_choice: { type: "tool", name: "b" } },
      ],
    ])("refuses %s with 400 in Anthropic's words", async (_what, more) => {
      const response = await send("openai", newMarker(), more);
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({
        type: "error",
        error: { type: "invalid_request_error", message: expect.any(String) },
        request_id: response.headers.get("request-id"),
      });
    });
  });
}

const call = { type: "tool_use", id: "call_1", name: "a", input: {} };

function image(data: string, media_type = "image/png"): object {
  return { type: "image", source: { type: "base64", media_type, data } };
}

function newMarker(): string {
  questions += 1;
  return `question-${questions}-`;
}

function ask(provider: ProviderName, content: string): Body {
  return { model: mockModels[provider], max_tokens: 100, messages: [{ role: "user", content }] };
}

interface Event {
  readonly name: string;
  readonly data: unknown;
}

function eventsOf(text: string): Event[] {
  return text
    .split("\n\n")
    .filter((block) => block.startsWith("event: "))
    .map((block) => {
      const [first = "", second = ""] = block.split("\n");
      return { name: first.slice("event: ".length), data: JSON.parse(second.slice("data: ".length)) as unknown };
    });
}
