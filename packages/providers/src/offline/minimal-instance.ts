import type { JSONValue } from "@ai-sdk/provider";
import { SchemaOrFlag, type JsonSchema, type JsonTypeName } from "./json-schema.ts";
import { minimalNumber, minimalString } from "./minimal-scalar.ts";

const deepest = 24;

interface Place {
  /** As it was given: references point into it. */
  readonly root: unknown;
  readonly depth: number;
  /** Which of several equally small values to take, for lists whose items must differ. */
  readonly variant: number;
}

/**
 * A small value that a JSON schema accepts: required properties only, the shortest texts and lists, the numbers nearest
 * to zero. Always the same for the same schema. Patterns are met by a few tries and `not` is not looked at.
 */
export function minimalInstance(schema: unknown): JSONValue {
  return instanceOf(parseSchema(schema), { root: schema, depth: 0, variant: 0 });
}

function parseSchema(schema: unknown): SchemaOrFlag {
  const parsed = SchemaOrFlag.safeParse(schema);
  return parsed.success ? parsed.data : true;
}

function instanceOf(definition: SchemaOrFlag, place: Place): JSONValue {
  if (typeof definition === "boolean" || place.depth > deepest) return null;
  const schema = flatten(definition, place);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum?.length) return schema.enum[place.variant % schema.enum.length] ?? null;
  return makers[typeOf(schema)](schema, place);
}

const makers: Readonly<Record<JsonTypeName, (schema: JsonSchema, place: Place) => JSONValue>> = {
  object: objectOf,
  array: arrayOf,
  string: (schema, { variant }) => minimalString(schema, variant),
  integer: (schema, { variant }) => minimalNumber({ ...schema, multipleOf: schema.multipleOf ?? 1 }, variant),
  number: (schema, { variant }) => minimalNumber(schema, variant),
  boolean: (_schema, { variant }) => variant % 2 === 1,
  null: () => null,
};

function objectOf(schema: JsonSchema, place: Place): JSONValue {
  const { properties = {}, required = [], minProperties = 0 } = schema;
  const names = new Set(required);
  for (const name of Object.keys(properties)) {
    if (names.size < minProperties) names.add(name);
  }
  for (let index = 0; names.size < minProperties; index += 1) names.add(`key${index}`);
  const entries = [...names].map((name) => {
    const property = Object.hasOwn(properties, name) ? properties[name] : schema.additionalProperties;
    return [name, instanceOf(property ?? true, { ...place, depth: place.depth + 1 })];
  });
  return Object.fromEntries(entries);
}

function arrayOf(schema: JsonSchema, place: Place): JSONValue {
  const positional = schema.prefixItems ?? (Array.isArray(schema.items) ? schema.items : []);
  const rest = (Array.isArray(schema.items) ? schema.additionalItems : schema.items) ?? true;
  const length = Math.max(schema.minItems ?? 0, schema.contains === undefined ? 0 : 1);
  return Array.from({ length }, (_, index) => {
    const item = positional[index] ?? (index === 0 ? schema.contains : undefined) ?? rest;
    return instanceOf(item, { ...place, depth: place.depth + 1, variant: schema.uniqueItems ? index : place.variant });
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

/** One schema without references, alternatives and conjunctions: one alternative is as good as any. */
function flatten(schema: JsonSchema, place: Place): JsonSchema {
  const { $ref, anyOf, oneOf, allOf = [], ...own } = schema;
  const referenced = $ref === undefined ? undefined : resolveReference($ref, place.root);
  const parts = [referenced, simplest(anyOf, place), simplest(oneOf, place), ...allOf];
  if (place.depth > deepest) return own;
  const deeper = { ...place, depth: place.depth + 1 };
  return parts
    .filter((part) => typeof part === "object")
    .map((part) => flatten(part, deeper))
    .reduce<JsonSchema>(merge, own);
}

// A scalar alternative ends recursive schemas, which the others may continue for ever.
function simplest(alternatives: readonly SchemaOrFlag[] | undefined, place: Place): SchemaOrFlag | undefined {
  return alternatives?.find((each) => typeof each === "object" && isScalar(each, place)) ?? alternatives?.[0];
}

function isScalar(schema: JsonSchema, { root }: Place): boolean {
  const resolved = schema.$ref === undefined ? schema : resolveReference(schema.$ref, root);
  if (typeof resolved === "boolean") return false;
  if (resolved.const !== undefined || resolved.enum !== undefined) return true;
  return resolved.type?.every((type) => type !== "object" && type !== "array") ?? false;
}

function merge(left: JsonSchema, right: JsonSchema): JsonSchema {
  return {
    ...left,
    ...right,
    properties: bothOr(left.properties, right.properties, (one, other) => ({ ...one, ...other })),
    required: bothOr(left.required, right.required, (one, other) => [...one, ...other]),
    minLength: bothOr(left.minLength, right.minLength, Math.max),
    minItems: bothOr(left.minItems, right.minItems, Math.max),
    minimum: bothOr(left.minimum, right.minimum, Math.max),
    maximum: bothOr(left.maximum, right.maximum, Math.min),
  };
}

function bothOr<T>(left: T | undefined, right: T | undefined, combine: (left: T, right: T) => T): T | undefined {
  return left === undefined || right === undefined ? (left ?? right) : combine(left, right);
}

function resolveReference(reference: string, root: unknown): SchemaOrFlag {
  const steps = reference
    .replace(/^#\/?/, "")
    .split("/")
    .filter((step) => step !== "")
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
  let current = root;
  for (const step of steps) {
    if (typeof current !== "object" || current === null || !Object.hasOwn(current, step)) return true;
    current = Reflect.get(current, step);
  }
  return parseSchema(current);
}
