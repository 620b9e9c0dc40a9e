import * as fc from "fast-check";
import { expect, test } from "vitest";
import { EventSplitter } from "./split-server-sent-events.ts";
import { cutBytes } from "./testing/cut-bytes.ts";

async function eventsOf(text: string, cuts: readonly number[] = []) {
  const splitter = new EventSplitter();
  const events = (await Array.fromAsync(cutBytes(text, cuts))).flatMap((bytes) => splitter.take(bytes));
  return [...events, ...splitter.end()];
}
async function dataOf(text: string, cuts: readonly number[] = []) {
  return (await eventsOf(text, cuts)).map(({ data }) => data);
}

test("each event comes with its data and its bytes", async () => {
  const events = await eventsOf('data: {"a":1}\n\ndata: [DONE]\n\n');
  expect(events.map(({ data, raw }) => [data, Buffer.from(raw).toString()])).toEqual([
    ['{"a":1}', 'data: {"a":1}\n\n'],
    ["[DONE]", "data: [DONE]\n\n"],
  ]);
});

test.each([
  ["LF", "\n"],
  ["CR LF", "\r\n"],
  ["CR", "\r"],
])("lines may end with %s", async (_name, end) => {
  const text = ["event: ping", "id: 7", "data: a", "data:b", "", "data: c", "", ""].join(end);
  const events = (await eventsOf(text)).filter(({ data }) => data !== null);
  expect(events.map(({ data, event, id }) => ({ data, event, id }))).toEqual([
    { data: "a\nb", event: "ping", id: "7" },
    { data: "c", event: null, id: null },
  ]);
});

test("comments have no data, a byte order mark is no part of a field, and a colon may lack its blank", async () => {
  expect(await dataOf("\uFEFFdata:  x\n\n: hello\n\ndata\n\nid: a\0b\ndata:y\n\n")).toEqual([" x", null, "", "y"]);
});

test("an id with a zero byte is no id", async () => {
  const events = await eventsOf("id: a\0b\ndata: x\n\n");
  expect(events).toMatchObject([{ data: "x", id: null }]);
});

test("a last event without its blank line is given with it", async () => {
  const [last] = await eventsOf("data: x");
  expect(last?.data).toBe("x");
  expect(Buffer.from(last?.raw ?? []).toString()).toBe("data: x\n\n");
  expect(await eventsOf("data: x\n\n: bye")).toHaveLength(1);
});

test("an event is there as soon as its last byte is", () => {
  expect(new EventSplitter().take(Buffer.from("data: a\r\n\r"))).toMatchObject([{ data: "a" }]);
});

test("an event of more than 16 MB is an error of the provider", () => {
  const splitter = new EventSplitter();
  const endless = () => {
    for (;;) splitter.take(Buffer.alloc(1024 * 1024, "x"));
  };
  expect(endless).toThrow(expect.objectContaining({ code: "UPSTREAM_FAILED" }));
});

test("wherever the bytes are cut, the events and the bytes are the same", async () => {
  const line = fc.oneof(
    fc.string({ unit: "grapheme" }).map((text) => `data: ${text.replaceAll(/[\r\n]/g, "")}`),
    fc.constantFrom("event: e", "id: 1", ": comment", "data", "retry: 5"),
  );
  const end = fc.constantFrom("\n", "\r\n", "\r");
  const event = fc.tuple(fc.array(line, { minLength: 1, maxLength: 4 }), end);
  const stream = fc.tuple(fc.constantFrom("", "\uFEFF"), fc.array(event, { minLength: 1, maxLength: 6 }), fc.boolean());
  await fc.assert(
    fc.asyncProperty(stream, fc.array(fc.nat(), { maxLength: 40 }), async ([mark, parts, isEnded], cuts) => {
      const text =
        mark + parts.map(([lines, end]) => lines.join(end) + end + end).join("") + (isEnded ? "" : "data: z");
      const [whole, cut] = [await eventsOf(text), await eventsOf(text, cuts)];
      const meaning = (events: typeof whole) =>
        events.filter(({ data }) => data !== null).map(({ data, event, id }) => ({ data, event, id }));
      expect(meaning(cut)).toEqual(meaning(whole));
      const bytes = Buffer.concat(whole.map(({ raw }) => raw)).toString();
      expect(bytes).toBe(isEnded ? text : `${text}\n\n`);
    }),
    { numRuns: 500 },
  );
});
