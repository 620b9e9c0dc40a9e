import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isNestedDeeper } from "./json-depth.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const depthOf = (value: unknown): number =>
  typeof value === "object" && value !== null
    ? 1 + Math.max(0, ...Object.values(value).map((inner) => depthOf(inner)))
    : 0;

describe("the depth of JSON", () => {
  test("is what its value has, whatever its strings contain", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 8 }), fc.integer({ min: 0, max: 8 }), (value, limit) => {
        const json = JSON.stringify(value);
        expect(isNestedDeeper(bytes(json), limit)).toBe(depthOf(value) > limit);
      }),
    );
  });

  test("is not counted inside strings", () => {
    expect(isNestedDeeper(bytes(JSON.stringify({ text: '[[[[{{{{\\"[[[[' })), 1)).toBe(false);
  });

  test("is found in a million levels, and in a text that is cut", () => {
    expect(isNestedDeeper(bytes("[".repeat(1_000_000)), 100)).toBe(true);
    expect(isNestedDeeper(bytes(`{"a":"${"[".repeat(1000)}`), 100)).toBe(false);
  });
});
