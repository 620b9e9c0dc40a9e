import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Fetch } from "./connection.ts";
import { createClient } from "./create-client.ts";

const messages = [{ role: "user" as const, content: "Hi" }];

function chunk(content: string): object {
  return {
    id: "chatcmpl-1",
    object: "chat.completion.chunk",
    created: 1,
    model: "gaia-offline",
    choices: [{ index: 0, delta: { content }, finish_reason: null }],
  };
}

const event = (data: object | string) => `data: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`;

function cut(text: string, pieceLength: number): Uint8Array[] {
  const bytes = new TextEncoder().encode(text);
  return Array.from({ length: Math.ceil(bytes.length / pieceLength) }, (_, index) =>
    bytes.slice(index * pieceLength, (index + 1) * pieceLength),
  );
}

/** A client whose one answer is these pieces; tells what was asked, and whether the rest was given up. */
function setup(pieces: readonly Uint8Array[], ending: "end" | "open" | "break" = "end") {
  const seen: { body?: unknown; accept?: string | null; cancelled: boolean } = { cancelled: false };
  const waiting = [...pieces];
  const aborted = new AbortController();
  const source = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        aborted.signal.addEventListener("abort", () => controller.error(new DOMException("Aborted", "AbortError")));
      },
      pull(controller) {
        const piece = waiting.shift();
        if (piece !== undefined) return controller.enqueue(piece);
        if (ending === "end") return controller.close();
        if (ending === "break") return controller.error(new TypeError("terminated"));
      },
      cancel() {
        seen.cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  const fetch: Fetch = async (_url, { body, headers, signal }) => {
    seen.body = typeof body === "string" ? JSON.parse(body) : body;
    seen.accept = new Headers(headers).get("accept");
    signal?.addEventListener("abort", () => aborted.abort());
    return new Response(source, { headers: { "content-type": "text/event-stream" } });
  };
  return { client: createClient({ baseUrl: "http://gaia.test", fetch }), seen };
}

async function read(client: ReturnType<typeof setup>["client"]): Promise<string[]> {
  const chunks = await Array.fromAsync(client.chat.createChatCompletion.stream({ messages }));
  return chunks.map(({ choices }) => choices[0]?.delta.content ?? "");
}

describe("a streamed answer", () => {
  test("gives its chunks and ends at [DONE]", async () => {
    const text = event(chunk("Hel")) + event(chunk("lo")) + event("[DONE]") + event(chunk("never"));
    const { client, seen } = setup(cut(text, 4096), "open");

    expect(await read(client)).toEqual(["Hel", "lo"]);
    expect(seen).toEqual({ body: { messages, stream: true }, accept: "text/event-stream", cancelled: true });
  });

  test("is the same wherever its bytes are cut, and whatever ends its lines", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: "grapheme" }), { maxLength: 5 }),
        fc.constantFrom("\n", "\r\n", "\r"),
        fc.integer({ min: 1, max: 40 }),
        async (words, lineEnd, pieceLength) => {
          const text = [...words.map((word) => event(chunk(word))), ": keep-alive\n\n", event("[DONE]")].join("");
          const { client } = setup(cut(text.replaceAll("\n", lineEnd), pieceLength));
          expect(await read(client)).toEqual(words);
        },
      ),
      { numRuns: 200 },
    );
  });

  test("sends nothing before somebody reads", () => {
    const { client, seen } = setup([]);

    client.chat.createChatCompletion.stream({ messages });

    expect(seen.body).toBeUndefined();
  });

  test("joins the data lines of one event, and passes over other fields and comments", async () => {
    const [first = "", ...rest] = JSON.stringify(chunk("x"), null, 1).split("\n");
    const lines = [
      ": hello",
      "event: message",
      "id: 7",
      `data:${first}`,
      ...rest.map((line) => `data: ${line}`),
      "",
      "",
    ];
    const { client } = setup(cut(lines.join("\n") + event("[DONE]"), 9));

    expect(await read(client)).toEqual(["x"]);
  });

  test("is cancelled when the consumer stops", async () => {
    const { client, seen } = setup(cut(event(chunk("a")) + event(chunk("b")), 8), "open");

    for await (const { choices } of client.chat.chat.stream({ message: "Hi" })) {
      expect(choices[0]?.delta.content).toBe("a");
      break;
    }

    expect(seen.cancelled).toBe(true);
  });

  test("that the caller's signal ends throws that it was cancelled", async () => {
    const stop = new AbortController();
    const { client } = setup(cut(event(chunk("a")), 8), "open");
    const reading = async () => {
      for await (const _chunk of client.chat.chat.stream({ message: "Hi" }, { signal: stop.signal })) stop.abort();
    };

    await expect(reading()).rejects.toMatchObject({ code: "CANCELLED" });
  });

  test("that fails before it begins throws the status's error", async () => {
    const fetch: Fetch = async () =>
      Response.json({ detail: "No", code: "FORBIDDEN", request_id: "r" }, { status: 403 });
    const client = createClient({ baseUrl: "http://gaia.test", fetch });

    await expect(read(client)).rejects.toMatchObject({ code: "FORBIDDEN", message: "No" });
  });

  test.each([
    [
      "OpenAI's dialect",
      { error: { message: "Busy", type: "rate_limit_error", param: null, code: "provider_busy" }, request_id: "r-1" },
      { code: "RATE_LIMITED", message: "Busy", reason: "provider_busy" },
    ],
    [
      "Gaia's dialect",
      {
        ...chunk(""),
        model: "error",
        error: { message: "Gone", type: "streaming_error", code: "UNAVAILABLE", request_id: "r-1" },
      },
      { code: "UNAVAILABLE", message: "Gone" },
    ],
    [
      "Anthropic's dialect",
      { type: "error", error: { type: "overloaded_error", message: "Overloaded" }, request_id: "r-1" },
      { code: "UNAVAILABLE", message: "Overloaded" },
    ],
  ])("with an error in %s throws it after what came before", async (_dialect, error, expected) => {
    const { client } = setup(cut(event(chunk("a")) + event(error) + event("[DONE]"), 64));
    const seen: unknown[] = [];
    const reading = async () => {
      for await (const each of client.chat.createChatCompletion.stream({ messages })) seen.push(each);
    };

    await expect(reading()).rejects.toMatchObject({ ...expected, details: { request_id: "r-1" } });
    expect(seen).toHaveLength(1);
  });

  test.each([
    ["ends without [DONE]", event(chunk("a")), "end", "stream.interrupted"],
    ["breaks", event(chunk("a")), "break", "stream.interrupted"],
    ["is cut within an event", `${event(chunk("a"))}data: [DONE]`, "end", "stream.interrupted"],
    ["has broken JSON", event("{"), "end", "answer.unreadable"],
    ["has a chunk of another shape", event({ id: 1 }), "end", "answer.unreadable"],
  ] as const)("that %s throws", async (_what, text, ending, reason) => {
    const { client } = setup(cut(text, 16), ending);

    await expect(read(client)).rejects.toMatchObject({ code: "UPSTREAM_FAILED", reason });
  });
});
