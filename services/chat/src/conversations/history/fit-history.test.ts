import fc from "fast-check";
import { expect, test } from "vitest";
import { fitHistory } from "./fit-history.ts";
import { messageTokens } from "./message-tokens.ts";
import type { PastExchange } from "./past-exchange.ts";

/** An exchange of two messages with so many tokens each. */
const exchange = (number: number, tokens: number): PastExchange => ({
  number,
  messages: [
    { role: "user", content: "u".repeat(Math.floor((tokens - 4) * 3.5)) },
    { role: "assistant", content: "a".repeat(Math.floor((tokens - 4) * 3.5)) },
  ],
});
const exchanges = [1, 2, 3, 4, 5].map((number) => exchange(number, 50));
const fresh = { exchanges, summary: null, endsWithQuestion: false };
const tokensOf = (messages: PastExchange["messages"]) =>
  messages.reduce((sum, message) => sum + messageTokens(message), 0);

test("all that fits is given as it is", () => {
  expect(fitHistory(fresh, 500)).toEqual({
    messages: exchanges.flatMap(({ messages }) => messages),
    toSummarizeUntil: null,
  });
});

test("the oldest exchanges give way, whole, and are to be summarised to half of the room", () => {
  expect(fitHistory(fresh, 499)).toEqual({
    messages: exchanges.slice(1).flatMap(({ messages }) => messages),
    toSummarizeUntil: 3,
  });
});

test("a summary stands where they were, and is not made anew while it covers them", () => {
  const summary = { text: "They spoke of ships.", coversUntil: 3 };

  const { messages, toSummarizeUntil } = fitHistory({ ...fresh, summary }, 330);

  expect(messages[0]).toEqual({ role: "system", content: expect.stringContaining("They spoke of ships.") });
  expect(messages.slice(1)).toEqual(exchanges.slice(2).flatMap(({ messages: each }) => each));
  expect(toSummarizeUntil).toBeNull();
});

test("a summary that covers too little is to be extended", () => {
  const summary = { text: "Ships.", coversUntil: 1 };

  expect(fitHistory({ ...fresh, summary }, 330).toSummarizeUntil).toBe(4);
});

test("a summary is left out while everything fits: another model may have more room", () => {
  const summary = { text: "Ships.", coversUntil: 3 };

  expect(fitHistory({ ...fresh, summary }, 500).messages).toHaveLength(10);
});

test("a summary takes at most half of the room, and none where little is left", () => {
  const summary = { text: "ship ".repeat(1000), coversUntil: 3 };
  const given = (room: number) => fitHistory({ ...fresh, summary }, room).messages;

  const [note] = given(400);
  expect(note).toMatchObject({ role: "system", content: expect.stringMatching(/\.\.\.$/) });
  expect(tokensOf(given(400).slice(0, 1))).toBeGreaterThan(150);
  for (const room of [400, 200, 120]) expect(tokensOf(given(room))).toBeLessThanOrEqual(room);
  expect(given(90)).toEqual([]);
});

test("what the model is asked about stays even where it does not fit", () => {
  expect(fitHistory({ ...fresh, endsWithQuestion: true }, 10).messages).toEqual(exchanges[4]?.messages);
  expect(fitHistory(fresh, 10).messages).toEqual([]);
});

test("nothing is nothing", () => {
  expect(fitHistory({ exchanges: [], summary: null, endsWithQuestion: false }, 0)).toEqual({
    messages: [],
    toSummarizeUntil: null,
  });
});

test("whatever the sizes, what is given fits, is whole and young, and one more would not fit", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 10, max: 400 }), { maxLength: 20 }), fc.nat(3000), (sizes, room) => {
      const past = sizes.map((size, index) => exchange(index + 1, size));

      const { messages, toSummarizeUntil } = fitHistory({ ...fresh, exchanges: past }, room);

      const kept = messages.length / 2;
      expect(messages).toEqual(past.slice(past.length - kept).flatMap((each) => each.messages));
      expect(tokensOf(messages)).toBeLessThanOrEqual(room);
      const next = past[past.length - kept - 1];
      expect(toSummarizeUntil === null).toBe(next === undefined);
      if (next === undefined) return;
      expect(tokensOf(messages) + tokensOf(next.messages)).toBeGreaterThan(room);
      expect(toSummarizeUntil).toBeGreaterThanOrEqual(next.number);
    }),
  );
});
