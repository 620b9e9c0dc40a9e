import { expect, test } from "vitest";
import { splitHighlights } from "./split-highlights.ts";

test.each([
  ["no mark", "plain <b>text</b>", "plain <b>text</b>", []],
  ["a word", "a \u{E000}word\u{E001}!", "a word!", [[2, 6]]],
  [
    "words",
    "\u{E000}x\u{E001} \u{1F600} \u{E000}yy\u{E001}",
    "x \u{1F600} yy",
    [
      [0, 1],
      [5, 7],
    ],
  ],
  ["a mark that does not end", "a \u{E000}word", "a word", [[2, 6]]],
  ["nothing", "", "", []],
])("%s", (_what, marked, text, ranges) => {
  expect(splitHighlights(marked)).toEqual({ text, ranges });
});
