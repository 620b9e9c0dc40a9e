import type { ChatMessage } from "@gaia/contracts";
import { expect, test } from "vitest";
import { roomForHistory } from "./context-window.ts";

const card = { contextWindow: 10_000, maxOutputTokens: 2000 };
const messages: ChatMessage[] = [];

test.each([
  ["beside the longest answer", {}, 8000],
  ["beside the answer that is wanted", { max_tokens: 500 }, 9500],
  ["by the newer name first", { max_tokens: 500, max_completion_tokens: 700 }, 9300],
  ["beside an answer of at most half the window", { max_tokens: 9999 }, 5000],
])("there is room for history %s", (_which, more, room) => {
  expect(roomForHistory(card, { messages, ...more }, messages)).toBe(room);
});

test("what must be said, pictures and tools take of it", () => {
  const request = {
    messages,
    tools: [{ type: "function" as const, function: { name: "f", description: "x".repeat(700) } }],
  };
  const image = { type: "image_url" as const, image_url: { url: "data:image/png;base64,AAAA" } };
  const picture: ChatMessage = { role: "user", content: [{ type: "text", text: "y".repeat(350) }, image] };

  const room = roomForHistory(card, request, [picture]);

  expect(room).toBeLessThan(8000 - 200 - 100 - 1000);
  expect(room).toBeGreaterThan(8000 - 200 - 100 - 2000);
});

test("a question that leaves none leaves none", () => {
  expect(roomForHistory(card, { messages }, [{ role: "user", content: "x".repeat(100_000) }])).toBe(0);
});

test("a script of three bytes a letter counts for more than one of one", () => {
  const room = (content: string) => roomForHistory(card, { messages }, [{ role: "user", content }]);

  expect(8000 - room("字".repeat(1000))).toBeGreaterThan(800);
  expect(8000 - room("a".repeat(1000))).toBeLessThan(300);
});

test("a model that says nothing of itself has a window too", () => {
  expect(roomForHistory({ contextWindow: null, maxOutputTokens: null }, { messages }, [])).toBeGreaterThan(20_000);
});
