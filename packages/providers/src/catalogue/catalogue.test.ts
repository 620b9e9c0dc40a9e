import { expect, test } from "vitest";
import { anthropicModels } from "./anthropic-models.ts";
import { retiredNames } from "./catalogue.ts";
import { openAiModels } from "./openai-models.ts";

const entries = [...anthropicModels, ...openAiModels];
const ids = entries.map(({ id }) => id);

test("ids are unique", () => {
  expect(new Set(ids).size).toBe(ids.length);
});

test("aliases are unique and hide no id", () => {
  const aliases = entries.flatMap((entry) => entry.aliases);
  expect(new Set(aliases).size).toBe(aliases.length);
  expect(aliases.filter((alias) => ids.includes(alias))).toEqual([]);
});

test("every model name of the original still leads somewhere", () => {
  const original = [
    "claude-3-haiku-20240307",
    "claude-3-sonnet-20240229",
    "claude-3-opus-20240229",
    "claude-3-5-haiku-20241022",
    "claude-3-5-sonnet-20241022",
    "claude-sonnet-4-5",
    "claude-haiku-4-5",
    "gpt-4o",
    "gpt-4o-mini",
    "gpt-4-turbo",
    "gpt-3.5-turbo",
    "gpt-4",
  ];
  const known = new Set([...ids, ...retiredNames().map(({ name }) => name)]);
  expect(original.filter((name) => !known.has(name))).toEqual([]);
});

test("each provider's first model is small and stays, and every size has a current model", () => {
  for (const models of [anthropicModels, openAiModels]) {
    expect(models[0]).toMatchObject({ size: "small", retirement: null });
    const current = models.filter(({ retirement }) => retirement === null);
    expect(new Set(current.map(({ size }) => size))).toEqual(new Set(["small", "medium", "large"]));
  }
});

test("successors exist and stay", () => {
  for (const { retirement } of entries) {
    if (!retirement) continue;
    expect(entries.find(({ id }) => id === retirement.successor)).toMatchObject({ retirement: null });
    expect(retirement.on).toBe(new Date(retirement.on).toISOString().slice(0, 10));
  }
});

test("prices have a day and a page, and cached input is cheaper than input", () => {
  for (const { price } of entries) {
    if (!price) continue;
    expect(price.asOf).toBe(new Date(price.asOf).toISOString().slice(0, 10));
    expect(new URL(price.source).protocol).toBe("https:");
    expect(price.input).toBeGreaterThan(0);
    expect(price.output).toBeGreaterThan(price.input);
    expect(price.cachedInput ?? 0).toBeLessThan(price.input);
  }
});
