import * as fc from "fast-check";
import { expect, test } from "vitest";
import { AnswerAccumulator } from "./answer-accumulator.ts";
import { observeCompletionChunks } from "./observe-completion-chunks.ts";
import { cutBytes } from "./testing/cut-bytes.ts";

const usage = { prompt_tokens: 9, completion_tokens: 3, total_tokens: 12, prompt_tokens_details: { cached_tokens: 2 } };

function chunk(choice: object | null, more: object = {}): string {
  const envelope = { id: "chatcmpl-up", object: "chat.completion.chunk", created: 5, model: "gpt-4o-mini-2024-07-18" };
  const choices = choice === null ? [] : [{ index: 0, delta: {}, logprobs: null, finish_reason: null, ...choice }];
  return `data: ${JSON.stringify({ ...envelope, choices, ...more })}\n\n`;
}
const text = (content: string, more: object = {}) => chunk({ delta: { content } }, more);
const stop = chunk({ finish_reason: "stop" });
const counted = chunk(null, { usage });
const done = "data: [DONE]\n\n";
const greeting = [chunk({ delta: { role: "assistant", content: "" } }), text("Hel"), text('lo "you" ✓')];

interface Options {
  readonly includeUsage?: boolean;
  readonly addTokenNames?: boolean;
  readonly collectText?: boolean;
  readonly cuts?: readonly number[];
}

async function observe(
  body: string,
  { includeUsage = false, addTokenNames = false, collectText = true, cuts }: Options = {},
) {
  let clock = 0;
  const answer = new AnswerAccumulator({ collectText, now: () => ++clock });
  const pieces: string[] = [];
  let error: unknown;
  try {
    const source = cutBytes(body, cuts);
    for await (const bytes of observeCompletionChunks(source, { answer, includeUsage, addTokenNames })) {
      pieces.push(Buffer.from(bytes).toString());
    }
  } catch (cause) {
    error = cause;
  }
  return { answer, passed: pieces.join(""), error };
}

test("an answer passes byte for byte and is understood", async () => {
  const body = [...greeting, stop, done].join("");
  const { answer, passed, error } = await observe(body);
  expect(error).toBeUndefined();
  expect(passed).toBe(body);
  expect(answer).toMatchObject({
    id: "chatcmpl-up",
    created: 5,
    model: "gpt-4o-mini-2024-07-18",
    text: 'Hello "you" ✓',
    finishReason: "stop",
    firstTokenAt: 1,
  });
});

test("what comes in one read goes on in one piece, and [DONE] in its own", async () => {
  const body = [...greeting, stop, done].join("");
  const answer = new AnswerAccumulator();
  const source = cutBytes(body, []);
  const pieces = await Array.fromAsync(
    observeCompletionChunks(source, { answer, includeUsage: false, addTokenNames: false }),
  );
  expect(pieces.map((piece) => Buffer.from(piece).toString())).toEqual([[...greeting, stop].join(""), done]);
});

test("bytes that JSON would write differently, comments and unknown fields pass as they are", async () => {
  const body = `: hello\n\ndata: { "id":"x","choices":[ {"index":0,"delta":{"content":"h\\u0069"},"finish_reason":"stop"}], "new":1 }\r\n\r\n${done}`;
  const { answer, passed } = await observe(body);
  expect(passed).toBe(body);
  expect(answer.text).toBe("hi");
});

test("usage that only we asked for is seen and kept back", async () => {
  const { answer, passed } = await observe([...greeting, stop, counted, done].join(""));
  expect(passed).toBe([...greeting, stop, done].join(""));
  expect(answer.usage).toEqual({ ...usage, input_tokens: 9, output_tokens: 3 });
});

test("usage that the caller asked for passes, with Gaia's names where they are wanted", async () => {
  const body = [...greeting, stop, counted, done].join("");
  expect((await observe(body, { includeUsage: true })).passed).toBe(body);
  const { passed } = await observe(body, { includeUsage: true, addTokenNames: true });
  expect(passed).toBe(
    [...greeting, stop, chunk(null, { usage: { ...usage, input_tokens: 9, output_tokens: 3 } }), done].join(""),
  );
});

test("usage on the chunk with the finish reason passes either way", async () => {
  const last = chunk({ finish_reason: "stop" }, { usage });
  const { answer, passed } = await observe([...greeting, last, done].join(""));
  expect(passed).toBe([...greeting, last, done].join(""));
  expect(answer.usage?.input_tokens).toBe(9);
});

test("parallel tool calls, thinking and refusals are put together", async () => {
  const call = (tool_calls: object[]) => chunk({ delta: { tool_calls } });
  const { answer } = await observe(
    [
      chunk({ delta: { role: "assistant", content: null, reasoning_content: "Hm." } }),
      call([{ index: 0, id: "a", type: "function", function: { name: "f", arguments: "" } }]),
      call([{ index: 1, id: "b", type: "function", function: { name: "g", arguments: "{" } }]),
      call([
        { index: 0, function: { arguments: '{"x":1}' } },
        { index: 1, function: { arguments: "}" } },
      ]),
      chunk({ delta: { refusal: "No." } }),
      chunk({ finish_reason: "tool_calls" }),
      done,
    ].join(""),
  );
  expect(answer.toCompletion()).toMatchObject({
    choices: [
      {
        message: {
          content: null,
          reasoning_content: "Hm.",
          refusal: "No.",
          tool_calls: [
            { id: "a", type: "function", function: { name: "f", arguments: '{"x":1}' } },
            { id: "b", type: "function", function: { name: "g", arguments: "{}" } },
          ],
        },
        finish_reason: "tool_calls",
      },
    ],
  });
});

test("without collecting, the text is not kept but everything else is", async () => {
  const { answer } = await observe([...greeting, stop, counted, done].join(""), { collectText: false });
  expect(answer).toMatchObject({ text: "", finishReason: "stop", firstTokenAt: 1 });
  expect(answer.usage?.total_tokens).toBe(12);
});

test("[DONE] is seen once and last", async () => {
  const { passed } = await observe([...greeting, stop, done, text("late"), done].join(""));
  expect(passed).toBe([...greeting, stop, done].join(""));
});

test("a missing [DONE] after a whole answer is added", async () => {
  const { passed, error } = await observe([...greeting, stop].join(""));
  expect(error).toBeUndefined();
  expect(passed).toBe([...greeting, stop, done].join(""));
});

test.each([
  ["ends without a finish reason", greeting.join("")],
  ["says [DONE] without a finish reason", greeting.join("") + done],
  ["is cut within an event", `${greeting.join("")}data: {"id":"chatcmpl-up","choices":[{"ind`],
  ["is empty", ""],
  ["carries an error", `${greeting.join("")}data: {"error":{"message":"boom","type":"server_error"}}\n\n`],
  ["carries an error as text", `${greeting.join("")}data: {"error":"boom"}\n\n`],
  ["carries an error event", `${greeting.join("")}event: error\ndata: {"message":"boom"}\n\n`],
  ["carries garbage", `${greeting.join("")}data: <html>\n\n`],
  ["carries JSON that is no chunk", `${greeting.join("")}data: {"hello":1}\n\n`],
])("a stream that %s throws after what was good", async (_name, body) => {
  const { passed, error, answer } = await observe(body);
  expect(error).toMatchObject({ code: "UPSTREAM_FAILED" });
  expect(String(error)).not.toContain("boom");
  expect(passed).toBe(body === "" ? "" : greeting.join(""));
  expect(answer.text).toBe(body === "" ? "" : 'Hello "you" ✓');
});

test("of several choices the first is kept and all pass", async () => {
  const body = [
    text("one"),
    chunk({ index: 1, delta: { content: "two" } }),
    chunk({ index: 1, finish_reason: "stop" }),
    stop,
    done,
  ].join("");
  const { answer, passed } = await observe(body);
  expect(passed).toBe(body);
  expect(answer.text).toBe("one");
});

test("chunks padded against eavesdropping, and chunks of changed form, are understood", async () => {
  const body = [
    ...["a", "b", "c", "d", "e"].map((letter) => text(letter, { obfuscation: letter.repeat(7) })),
    text("f"),
    text("g", { system_fingerprint: "new" }),
    text('"h\\'),
    stop,
    done,
  ].join("");
  expect((await observe(body)).answer.text).toBe('abcdefg"h\\');
});

test("a chunk that says more than text between the same bytes is not taken for text", async () => {
  const more = chunk({ delta: { content: "b", refusal: "no" } });
  const { answer } = await observe([text("a"), more, stop, done].join(""));
  expect(answer).toMatchObject({ text: "ab", refusal: "no" });
});

test("a text that stands in its chunk a second time is not mistaken for the other", async () => {
  const { answer } = await observe([text("x", { tag: "x" }), text("x", { tag: "z" }), stop, done].join(""));
  expect(answer.text).toBe("xx");
});

test("whatever the texts and wherever the bytes are cut, the answer is the same", async () => {
  const content = fc.oneof(
    fc.string({ unit: "grapheme" }),
    fc.constantFrom('"', "\\", '","finish_reason":"stop', "}", "\n"),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(content, { maxLength: 12 }),
      fc.array(fc.nat(), { maxLength: 30 }),
      async (texts, cuts) => {
        const body = [...texts.map((one) => text(one)), stop, counted, done].join("");
        const { answer, passed, error } = await observe(body, { cuts, includeUsage: true });
        expect(error).toBeUndefined();
        expect(passed).toBe(body);
        expect(answer.text).toBe(texts.join(""));
        expect(answer).toMatchObject({ finishReason: "stop", usage: { total_tokens: 12 } });
      },
    ),
    { numRuns: 300 },
  );
});
