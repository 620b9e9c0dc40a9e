import * as fc from "fast-check";
import { expect, test } from "vitest";
import * as z from "zod";
import { minimalInstance } from "./minimal-instance.ts";

type Schema = Record<string, unknown>;

const bounds = fc.tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: 0, max: 20 }));
const leaf: fc.Arbitrary<Schema> = fc.oneof(
  fc.record({ type: fc.constant("string"), minLength: fc.nat(12) }),
  fc.constantFrom<Schema>(
    { type: "string", format: "date-time" },
    { type: "string", format: "email" },
    { type: "string", format: "uuid" },
    { type: "string", pattern: "^[a-z]{3}$" },
  ),
  bounds.map(([minimum, room]) => ({ type: "integer", minimum, maximum: minimum + room })),
  bounds.map(([low, room]) => ({ type: "number", exclusiveMinimum: low, exclusiveMaximum: low + room + 1 })),
  fc.integer({ min: 1, max: 9 }).map((multipleOf) => ({ type: "integer", minimum: 1, multipleOf })),
  fc.constantFrom<Schema>({ type: "boolean" }, { type: "null" }, { type: ["string", "null"] }),
  fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 4 }).map((values) => ({ type: "string", enum: values })),
  fc.string().map((value) => ({ const: value })),
);
const { schema: anySchema } = fc.letrec<{ schema: Schema }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    leaf,
    fc
      .tuple(
        fc.dictionary(fc.stringMatching(/^[a-z]{1,6}$/), tie("schema"), { maxKeys: 4, noNullPrototype: true }),
        fc.boolean(),
      )
      .map(([properties, strict]) => ({
        type: "object",
        properties,
        required: Object.keys(properties).filter((_, index) => strict || index % 2 === 0),
        additionalProperties: false,
      })),
    fc.tuple(tie("schema"), fc.nat(3)).map(([items, minItems]) => ({ type: "array", items, minItems })),
    fc.array(tie("schema"), { minLength: 1, maxLength: 3 }).map((anyOf) => ({ anyOf })),
  ),
}));

test("the instance of any small schema is valid", () => {
  fc.assert(
    fc.property(anySchema, (schema) => {
      const instance = minimalInstance(schema);
      expect(z.fromJSONSchema(schema).safeParse(instance).error).toBeUndefined();
      expect(minimalInstance(schema)).toEqual(instance);
    }),
    { numRuns: 500 },
  );
});

test("only what is required is there", () => {
  const schema = {
    type: "object",
    properties: {
      name: { type: "string", minLength: 2 },
      tags: { type: "array", minItems: 2, items: { type: "number" } },
      note: {},
    },
    required: ["name", "tags"],
  };
  expect(minimalInstance(schema)).toEqual({ name: "aa", tags: [0, 0] });
});

test("references are followed, and recursion ends", () => {
  const schema = {
    $defs: {
      node: {
        type: "object",
        properties: { next: { anyOf: [{ $ref: "#/$defs/node" }, { type: "null" }] } },
        required: ["next"],
      },
    },
    $ref: "#/$defs/node",
  };
  expect(minimalInstance(schema)).toEqual({ next: null });
  const endless = { type: "object", properties: { self: { $ref: "#" } }, required: ["self"] };
  expect(minimalInstance(endless)).toHaveProperty("self.self.self");
});

test("conjunctions are merged", () => {
  const schema = {
    allOf: [
      { type: "object", properties: { a: { type: "integer", minimum: 2 } }, required: ["a"] },
      { properties: { b: { const: "x" } }, required: ["b"] },
    ],
  };
  expect(minimalInstance(schema)).toEqual({ a: 2, b: "x" });
});

test("items that must differ do", () => {
  const distinct = (items: object) => minimalInstance({ type: "array", items, minItems: 3, uniqueItems: true });
  expect(distinct({ type: "integer" })).toEqual([0, 1, 2]);
  expect(distinct({ enum: ["x", "y", "z"] })).toEqual(["x", "y", "z"]);
  expect(new Set(distinct({ type: "string", minLength: 2 }) as string[]).size).toBe(3);
});

test("positional items of both drafts are filled", () => {
  const items = [{ const: "x" }, { type: "integer", minimum: 7 }];
  expect(minimalInstance({ type: "array", prefixItems: items, minItems: 2 })).toEqual(["x", 7]);
  expect(minimalInstance({ type: "array", items, minItems: 2 })).toEqual(["x", 7]);
});

test("a malformed schema is no reason to fail", () => {
  for (const schema of [
    undefined,
    null,
    5,
    "x",
    [],
    { type: 7 },
    { enum: "x" },
    { properties: [] },
    { $ref: "#/nowhere" },
  ]) {
    expect(() => minimalInstance(schema)).not.toThrow();
  }
});
