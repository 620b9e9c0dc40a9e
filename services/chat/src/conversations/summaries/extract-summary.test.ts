import { expect, test } from "vitest";
import { extractSummary } from "./extract-summary.ts";

const said = [
  { role: "user", content: "My name\n is Ada" },
  { role: "assistant", content: "Hello ".repeat(100) },
];

test("an extract says how each message begins, who said it, and what was said before", () => {
  const lines = extractSummary({ former: "User: Hi", said }).split("\n");

  expect(lines).toHaveLength(3);
  expect(lines.slice(0, 2)).toEqual(["User: Hi", "User: My name is Ada"]);
  expect(lines[2]).toMatch(/^Assistant: Hello .{1,160}\.\.\.$/);
});

test("an extract that would grow too long loses its beginning", () => {
  const former = Array.from({ length: 100 }, (_, index) => `User: line ${index} ${"x".repeat(50)}`).join("\n");

  const extract = extractSummary({ former, said });

  expect(extract.length).toBeLessThanOrEqual(2000);
  expect(extract).not.toContain("line 0 ");
  expect(extract).toContain("line 99 ");
});
