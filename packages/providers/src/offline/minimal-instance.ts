import type { JSONValue } from "@ai-sdk/provider";
import { createFlattenSchema, type FlattenSchema } from "./flatten-schema.ts";
import { assertSmallSchema, createInstanceBudget, type InstanceBudget, notBuilt } from "./instance-budget.ts";
import type { JsonSchema, JsonTypeName } from "./json-schema.ts";
import { minimalNumber, minimalString } from "./minimal-scalar.ts";

const deepest = 200;

interface Place {
  readonly flatten: FlattenSchema;
  readonly budget: InstanceBudget;
  /** Definitions that this place lies in. One that lies in itself would never end. */
  readonly path: readonly unknown[];
  /** Which of several equally small values to take, for lists whose items must differ. */
  readonly variant: number;
}

/**
 * A small value that a JSON schema accepts: required properties only, the shortest texts and lists, the numbers nearest
 * to zero. Always the same for the same schema. `not` is not looked at. Throws `UNSUPPORTED` where only a large value
 * would do, or one that a pattern describes: schemas come from callers, who decide neither how much memory Gaia takes
 * nor which regular expressions it runs.
 */
export function minimalInstance(schema: unknown): JSONValue {
  assertSmallSchema(schema);
  const budget = createInstanceBudget();
  budget.spendNodes(1);
  return instanceOf(schema, { flatten: createFlattenSchema(schema, budget), budget, path: [], variant: 0 });
}

function instanceOf(definition: unknown, place: Place): JSONValue {
  const schema = place.flatten(definition);
  if (typeof schema === "boolean") return null;
  if (place.path.includes(definition)) throw notBuilt("it would contain itself without end");
  if (place.path.length > deepest) throw notBuilt("it would be too deep");
  if (schema.const !== undefined) return copyOf(schema.const, place);
  if (schema.enum?.length) return copyOf(schema.enum[place.variant % schema.enum.length] ?? null, place);
  return makers[typeOf(schema)](schema, { ...place, path: [...place.path, definition] });
}

function copyOf(value: JSONValue, { budget }: Place): JSONValue {
  budget.spendCharacters(JSON.stringify(value).length);
  return value;
}

const makers: Readonly<Record<JsonTypeName, (schema: JsonSchema, place: Place) => JSONValue>> = {
  object: objectOf,
  array: arrayOf,
  string: minimalString,
  integer: (schema, { variant }) => minimalNumber({ ...schema, multipleOf: schema.multipleOf ?? 1 }, variant),
  number: (schema, { variant }) => minimalNumber(schema, variant),
  boolean: (_schema, { variant }) => variant % 2 === 1,
  null: () => null,
};

function objectOf(schema: JsonSchema, place: Place): JSONValue {
  const { properties = {}, required = [], minProperties = 0 } = schema;
  place.budget.spendNodes(Math.max(required.length, minProperties));
  const names = new Set(required);
  for (const name of Object.keys(properties)) {
    if (names.size < minProperties) names.add(name);
  }
  for (let index = 0; names.size < minProperties; index += 1) names.add(`key${index}`);
  const entries = [...names].map((name) => {
    place.budget.spendCharacters(name.length);
    const property = Object.hasOwn(properties, name) ? properties[name] : schema.additionalProperties;
    return [name, instanceOf(property, place)];
  });
  return Object.fromEntries(entries);
}

function arrayOf(schema: JsonSchema, place: Place): JSONValue {
  const positional = schema.prefixItems ?? (Array.isArray(schema.items) ? schema.items : []);
  const rest = Array.isArray(schema.items) ? schema.additionalItems : schema.items;
  const length = Math.max(schema.minItems ?? 0, schema.contains === undefined ? 0 : 1);
  place.budget.spendNodes(length);
  return Array.from({ length }, (_, index) => {
    const item: unknown = positional[index] ?? (index === 0 ? schema.contains : undefined) ?? rest;
    return instanceOf(item, { ...place, variant: schema.uniqueItems ? index : place.variant });
  });
}

const typesByKeyword: readonly (readonly [keyof JsonSchema, JsonTypeName])[] = [
  ["properties", "object"],
  ["required", "object"],
  ["minProperties", "object"],
  ["items", "array"],
  ["prefixItems", "array"],
  ["minItems", "array"],
  ["minLength", "string"],
  ["pattern", "string"],
  ["format", "string"],
  ["minimum", "number"],
  ["maximum", "number"],
  ["exclusiveMinimum", "number"],
  ["exclusiveMaximum", "number"],
  ["multipleOf", "number"],
];

function typeOf(schema: JsonSchema): JsonTypeName {
  const named = schema.type?.find((type) => type !== "null") ?? schema.type?.[0];
  return named ?? typesByKeyword.find(([keyword]) => schema[keyword] !== undefined)?.[1] ?? "null";
}
