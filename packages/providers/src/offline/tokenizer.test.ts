import * as fc from "fast-check";
import { expect, test } from "vitest";
import { countTokens, tokenize } from "./tokenizer.ts";

test("tokens joined are the text", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(tokenize(text).join("")).toBe(text);
    }),
  );
});

test("words, blanks and signs count", () => {
  expect(tokenize("Hello, wonderland!  42")).toEqual(["Hello", ",", " wonderla", "nd", "!", "  ", "42"]);
  expect(countTokens("")).toBe(0);
});
