import { expect, test } from "vitest";
import type { ModelPrice } from "../catalogue/model-card.ts";
import { priceOf } from "./price-of.ts";

const price: ModelPrice = {
  input: 0.1,
  output: 0.5,
  cachedInput: 0.01,
  cacheWrite: 0.125,
  longPrompt: { aboveInputTokens: 100_000, input: 0.5, output: 2.5, cachedInput: 0.05, cacheWrite: 0.625 },
  asOf: "2026-11-24",
  source: "https://example.com",
};

test("a call costs its tokens at their rates, with eight places", () => {
  expect(priceOf({ price }, { inputTokens: 1000, outputTokens: 500 })).toBe("0.00035000");
  expect(
    priceOf({ price }, { inputTokens: 1_000, outputTokens: 0, cachedInputTokens: 600, cacheWriteTokens: 400 }),
  ).toBe("0.00005600");
});

test("a long prompt costs the long rates for the whole call", () => {
  expect(priceOf({ price }, { inputTokens: 100_000, outputTokens: 0 })).toBe("0.01000000");
  expect(priceOf({ price }, { inputTokens: 100_001, outputTokens: 1_000_000 })).toBe("2.55000050");
});

test("an unknown price is null, not nothing", () => {
  expect(priceOf({ price: null }, { inputTokens: 1, outputTokens: 1 })).toBeNull();
});

test("an unknown cache rate counts as input", () => {
  const plain = { ...price, cachedInput: null };
  expect(priceOf({ price: plain }, { inputTokens: 1000, outputTokens: 0, cachedInputTokens: 1000 })).toBe("0.00010000");
});

test("halves of the last place are rounded up", () => {
  expect(priceOf({ price: { ...price, input: 0.125 } }, { inputTokens: 1, outputTokens: 0 })).toBe("0.00000013");
});

test("no usage costs nothing", () => {
  expect(priceOf({ price }, { inputTokens: 0, outputTokens: 0 })).toBe("0.00000000");
});
