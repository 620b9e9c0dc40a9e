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
    { type: "string", format: "date", pattern: String.raw`^\d{4}-\d{2}-\d{2}$` },
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
});

test("a mixin that comes again inside what it is mixed into is no recursion", () => {
  const named = { type: "object", properties: { name: { type: "string" } }, required: ["name"] };
  const schema = {
    $defs: { named },
    allOf: [{ $ref: "#/$defs/named" }],
    properties: { owner: { $ref: "#/$defs/named" } },
    required: ["owner"],
  };
  expect(minimalInstance(schema)).toEqual({ name: "", owner: { name: "" } });
});

const endless = {
  type: "object",
  properties: { left: { $ref: "#" }, right: { $ref: "#" } },
  required: ["left", "right"],
};
const chain = Object.fromEntries(
  Array.from({ length: 900 }, (_, index) => [
    `link${index}`,
    { type: "object", properties: { next: { $ref: `#/$defs/link${index + 1}` } }, required: ["next"] },
  ]),
);

test.for<[string, Schema]>([
  ["a list that is too long", { type: "array", minItems: 100_000_000 }],
  ["lists in lists", { type: "array", minItems: 99, items: { type: "array", minItems: 99 } }],
  ["a text that is too long", { type: "string", minLength: 100_000_000 }],
  ["an object of too many names", { type: "object", minProperties: 100_000_000 }],
  ["names that are too long", { type: "object", required: ["x".repeat(11_000)] }],
  ["a constant that is copied too often", { type: "array", minItems: 900, items: { const: "x".repeat(100) } }],
  ["an object that contains itself", endless],
  ["an object that is too deep", { $defs: chain, $ref: "#/$defs/link0" }],
  ["a schema that is too large", { enum: Array.from({ length: 10_000 }, (_, index) => index) }],
  ["a schema that is too deep", JSON.parse(`${'{"items":'.repeat(10_000)}{}${"}".repeat(10_000)}`) as Schema],
  ["a pattern", { type: "string", pattern: "^(a|a)*b$" }],
])("%s is refused", ([, schema]) => {
  expect(() => minimalInstance(schema)).toThrow(
    expect.objectContaining({ code: "UNSUPPORTED", reason: "feature.unsupported", status: 400 }),
  );
});

test("conjunctions that double at every level cost no more than their parts", () => {
  const doubling = Object.fromEntries(
    Array.from({ length: 60 }, (_, index) => {
      const next = { $ref: `#/$defs/level${index + 1}` };
      return [`level${index}`, { allOf: [next, next] }];
    }),
  );
  const schema = { $defs: { ...doubling, level60: { type: "integer", minimum: 7 } }, $ref: "#/$defs/level0" };
  expect(minimalInstance(schema)).toBe(7);
});

const huge = fc.constantFrom(0, 1, 3, 50, 999, 20_000, 100_000_000);
const reference = fc.constantFrom("#", "#/", "#/$defs/a", "#/$defs/b", "#/$defs/a/properties/x", "#/nowhere");
const { schema: hostileSchema } = fc.letrec<{ schema: Schema }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 4 },
    fc.record({ type: fc.constant("string"), minLength: huge }),
    fc.record({ type: fc.constant("string"), pattern: fc.constantFrom("^(a|a)*b$", "(x+x+)+y", "[") }),
    fc.record({ $ref: reference }),
    fc.record({ type: fc.constant("array"), minItems: huge, items: tie("schema"), uniqueItems: fc.boolean() }),
    fc.record({ type: fc.constant("object"), minProperties: huge, additionalProperties: tie("schema") }),
    fc.record({
      properties: fc.record({ x: tie("schema"), y: tie("schema") }),
      required: fc.constantFrom(["x"], ["x", "y"], ["y", "z"]),
    }),
    fc.record({ allOf: fc.array(tie("schema"), { maxLength: 3 }), oneOf: fc.array(tie("schema"), { maxLength: 3 }) }),
    fc.record({ anyOf: fc.array(tie("schema"), { maxLength: 3 }) }),
  ),
}));
const hostile = fc
  .record({ a: hostileSchema, b: hostileSchema, root: hostileSchema })
  .map(({ a, b, root }): Schema => ({ ...root, $defs: { a, b } }));

test("whatever a caller asks for, the answer is small, or a refusal after few looks at the schema", () => {
  fc.assert(
    fc.property(hostile, (schema) => {
      const watched = countingReads(schema);
      try {
        const text = JSON.stringify(minimalInstance(watched.schema));
        expect(text.length).toBeLessThan(50_000);
        expect(text.match(/[{[,]/g)?.length ?? 0).toBeLessThan(2_000);
      } catch (error) {
        expect(error).toMatchObject({ code: "UNSUPPORTED", reason: "feature.unsupported" });
      }
      // Each part is read once, and its references once for each part that has one.
      expect(watched.reads()).toBeLessThan(200 * JSON.stringify(schema).length);
    }),
    { numRuns: 1_000 },
  );
});

/** The same schema, which counts how often something in it is looked at. */
function countingReads(schema: Schema): { readonly schema: unknown; readonly reads: () => number } {
  let count = 0;
  const watchers = new Map<object, object>();
  const watch = (value: unknown): unknown => {
    if (typeof value !== "object" || value === null) return value;
    const watcher = watchers.get(value) ?? new Proxy(value, handler);
    watchers.set(value, watcher);
    return watcher;
  };
  const handler: ProxyHandler<object> = {
    get: (target, name) => {
      count += 1;
      return watch(Reflect.get(target, name));
    },
    ownKeys: (target) => {
      count += 1;
      return Reflect.ownKeys(target);
    },
  };
  return { schema: watch(schema), reads: () => count };
}

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
