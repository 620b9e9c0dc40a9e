import type { InstanceBudget } from "./instance-budget.ts";
import { JsonSchema } from "./json-schema.ts";

/**
 * Gives a definition as one schema without references, alternatives and conjunctions (one alternative is as good as
 * any), or as a flag: `true` accepts anything, `false` nothing. Always the same object for the same definition.
 */
export type FlattenSchema = (definition: unknown) => JsonSchema | boolean;

/** For definitions inside `root`, which is as it was given: references point into it. */
export function createFlattenSchema(root: unknown, budget: InstanceBudget): FlattenSchema {
  const parseOnce = remembering(parseSchema);

  function parse(definition: unknown): JsonSchema | boolean {
    budget.spendLooks(1);
    return parseOnce(definition);
  }

  // A scalar alternative ends recursive schemas, which the others may continue for ever.
  function simplest(alternatives: readonly unknown[] | undefined): unknown {
    return alternatives?.find(isScalar) ?? alternatives?.[0];
  }

  function isScalar(alternative: unknown): boolean {
    const named = parse(alternative);
    if (typeof named === "boolean") return false;
    const resolved = named.$ref === undefined ? named : parse(resolveReference(named.$ref, root));
    if (typeof resolved === "boolean") return false;
    if (resolved.const !== undefined || resolved.enum !== undefined) return true;
    return resolved.type?.every((type) => type !== "object" && type !== "array") ?? false;
  }

  function partsOf({ $ref, anyOf, oneOf, allOf = [] }: JsonSchema): unknown[] {
    const referenced = $ref === undefined ? undefined : resolveReference($ref, root);
    return [referenced, simplest(anyOf), simplest(oneOf), ...allOf];
  }

  return remembering((definition: unknown) => {
    const whole = parse(definition);
    if (typeof whole === "boolean") return whole;
    // What comes again, also because it contains itself, has nothing to add.
    const seen = new Set<unknown>();
    const parts: JsonSchema[] = [];
    const open: unknown[] = [definition];
    while (open.length > 0) {
      const next = open.pop();
      const part = parse(next);
      if (typeof part === "boolean" || seen.has(next)) continue;
      seen.add(next);
      parts.push(part);
      open.push(...partsOf(part).toReversed());
    }
    return combine(parts);
  });
}

function parseSchema(definition: unknown): JsonSchema | boolean {
  if (typeof definition === "boolean") return definition;
  const parsed = JsonSchema.safeParse(definition);
  return parsed.success ? parsed.data : true;
}

function remembering<Value>(make: (definition: unknown) => Value): (definition: unknown) => Value {
  const known = new Map<unknown, Value>();
  return (definition) => {
    const value = known.get(definition) ?? make(definition);
    known.set(definition, value);
    return value;
  };
}

function resolveReference(reference: string, root: unknown): unknown {
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
  return current;
}

/** Of keywords that cannot be combined the last one holds. */
function combine(parts: readonly JsonSchema[]): JsonSchema {
  const properties = parts.flatMap((part) => Object.entries(part.properties ?? {}));
  const required = parts.flatMap((part) => part.required ?? []);
  return {
    ...parts.map(withoutAbsent).reduce<JsonSchema>((all, part) => ({ ...all, ...part }), {}),
    ...(properties.length > 0 ? { properties: Object.fromEntries(properties) } : {}),
    ...(required.length > 0 ? { required: [...new Set(required)] } : {}),
    minLength: choose(Math.max, parts, "minLength"),
    minItems: choose(Math.max, parts, "minItems"),
    minProperties: choose(Math.max, parts, "minProperties"),
    minimum: choose(Math.max, parts, "minimum"),
    maximum: choose(Math.min, parts, "maximum"),
  };
}

function withoutAbsent(part: JsonSchema): JsonSchema {
  return Object.fromEntries(Object.entries(part).filter(([, value]) => value !== undefined));
}

function choose(
  strictest: (...values: number[]) => number,
  parts: readonly JsonSchema[],
  keyword: "minLength" | "minItems" | "minProperties" | "minimum" | "maximum",
): number | undefined {
  const given = parts.map((part) => part[keyword]).filter((value) => value !== undefined);
  return given.length === 0 ? undefined : strictest(...given);
}
