import { expect, test } from "vitest";
import type { HistoryRow } from "./past-exchange.ts";
import { rowsToExchanges } from "./rows-to-exchanges.ts";

let count = 0;
const row = (role: string, content: string, more: Partial<HistoryRow> = {}): HistoryRow => ({
  id: String((count += 1)),
  role,
  content,
  tool_calls: null,
  tool_call_id: null,
  exchange: count,
  ...more,
});
const call = (id: string) => ({ id, type: "function" as const, function: { name: "f", arguments: "{}" } });
const calling = (...ids: string[]) => row("assistant", "", { tool_calls: ids.map(call) });
const result = (id: string) => row("tool", `result of ${id}`, { tool_call_id: id });

const given = (rows: readonly HistoryRow[], arriving?: ReadonlySet<string>) =>
  rowsToExchanges(rows, arriving).map(({ messages }) =>
    messages.map((message) => [message.role, "tool_calls" in message ? "calls" : message.content]),
  );

test("an exchange is a question with all that came of it", () => {
  const rows = [row("user", "a"), row("assistant", "b"), row("assistant", "c"), row("user", "d"), row("user", "e")];

  expect(given(rows)).toEqual([
    [
      ["user", "a"],
      ["assistant", "b"],
      ["assistant", "c"],
    ],
    [["user", "d"]],
    [["user", "e"]],
  ]);
});

test("answers without a question are an exchange of their own", () => {
  expect(given([row("assistant", "a"), row("user", "b")])).toEqual([[["assistant", "a"]], [["user", "b"]]]);
});

test("results come behind the answer that called for them, in its order", () => {
  const rows = [row("user", "a"), calling("x", "y"), result("y"), result("x"), row("assistant", "b")];

  expect(given(rows)).toEqual([
    [
      ["user", "a"],
      ["assistant", "calls"],
      ["tool", "result of x"],
      ["tool", "result of y"],
      ["assistant", "b"],
    ],
  ]);
});

test("a call of which a result is missing goes, and takes the others with it", () => {
  const rows = [row("user", "a"), calling("x", "y"), result("y"), row("assistant", "b")];

  expect(given(rows)).toEqual([
    [
      ["user", "a"],
      ["assistant", "b"],
    ],
  ]);
});

test("a call keeps its words where its results are missing", () => {
  expect(given([row("user", "a"), { ...calling("x"), content: "I look" }])).toEqual([
    [
      ["user", "a"],
      ["assistant", "I look"],
    ],
  ]);
});

test("a result without its call goes", () => {
  expect(given([row("user", "a"), result("x")])).toEqual([[["user", "a"]]]);
});

test("a call whose results come with the request stays, and what is stored of them does not come twice", () => {
  expect(given([row("user", "a"), calling("x"), result("x")], new Set(["x"]))).toEqual([
    [
      ["user", "a"],
      ["assistant", "calls"],
    ],
  ]);
});

test("what nobody said, and calls in a form that nobody knows, are left out", () => {
  expect(given([row("user", ""), row("assistant", "b", { tool_calls: { odd: true } })])).toEqual([
    [["assistant", "b"]],
  ]);
});
