import { type InstanceBudget, notBuilt } from "./instance-budget.ts";
import type { JsonSchema } from "./json-schema.ts";

const examplesByFormat: ReadonlyMap<string, (variant: number) => string> = new Map([
  ["date-time", (variant) => `2000-01-01T00:00:${twoDigits(variant)}Z`],
  ["date", (variant) => `2000-01-${twoDigits((variant % 28) + 1)}`],
  ["time", (variant) => `00:00:${twoDigits(variant)}Z`],
  ["duration", (variant) => `PT${variant}S`],
  ["email", (variant) => `user${variant}@example.com`],
  ["hostname", (variant) => `host${variant}.example.com`],
  ["ipv4", (variant) => `192.0.2.${variant % 256}`],
  ["ipv6", (variant) => `2001:db8::${variant.toString(16)}`],
  ["uri", (variant) => `https://example.com/${variant}`],
  ["uuid", (variant) => `00000000-0000-4000-8000-${variant.toString(16).padStart(12, "0")}`],
]);

interface TextPlace {
  readonly budget: Pick<InstanceBudget, "spendCharacters">;
  readonly variant: number;
}

/** The shortest text that the schema accepts; one of its variants where texts must differ. */
export function minimalString(schema: JsonSchema, { budget, variant }: TextPlace): string {
  const example = schema.format === undefined ? undefined : examplesByFormat.get(schema.format)?.(variant);
  if (example === undefined && schema.pattern !== undefined) throw notBuilt("it does not build texts for a pattern");
  const shortest = example ?? (variant === 0 ? "" : variant.toString(36));
  const length = example === undefined ? Math.max(schema.minLength ?? 0, shortest.length) : example.length;
  budget.spendCharacters(length);
  return shortest.padStart(length, "a");
}

/** The number nearest to zero that the schema accepts; the variants lie beside it. */
export function minimalNumber(schema: JsonSchema, variant: number): number {
  const step = schema.multipleOf;
  const low = lowerBound(schema, step);
  const high = upperBound(schema, step);
  if (low <= 0 && high >= 0) return high - variant * (step ?? 1) >= 0 ? variant * (step ?? 1) : -variant * (step ?? 1);
  return low > 0 ? low + variant * spacing(step, low, high) : high - variant * spacing(step, low, high);
}

function spacing(step: number | undefined, low: number, high: number): number {
  if (step !== undefined) return step;
  const room = high - low;
  return Number.isFinite(room) ? room / 1024 : 1;
}

function lowerBound(schema: JsonSchema, step: number | undefined): number {
  const inclusive = schema.minimum ?? Number.NEGATIVE_INFINITY;
  const exclusive = schema.exclusiveMinimum ?? Number.NEGATIVE_INFINITY;
  const limit = Math.max(inclusive, exclusive);
  if (!Number.isFinite(limit)) return limit;
  const isExclusive = exclusive >= inclusive;
  if (step !== undefined) {
    const multiple = Math.ceil(limit / step);
    return (isExclusive && multiple * step <= limit ? multiple + 1 : multiple) * step;
  }
  return isExclusive ? justBeyond(limit, upperBound(schema, undefined)) : limit;
}

function upperBound(schema: JsonSchema, step: number | undefined): number {
  const inclusive = schema.maximum ?? Number.POSITIVE_INFINITY;
  const exclusive = schema.exclusiveMaximum ?? Number.POSITIVE_INFINITY;
  const limit = Math.min(inclusive, exclusive);
  if (!Number.isFinite(limit)) return limit;
  const isExclusive = exclusive <= inclusive;
  if (step !== undefined) {
    const multiple = Math.floor(limit / step);
    return (isExclusive && multiple * step >= limit ? multiple - 1 : multiple) * step;
  }
  const low = Math.max(schema.minimum ?? Number.NEGATIVE_INFINITY, schema.exclusiveMinimum ?? Number.NEGATIVE_INFINITY);
  return isExclusive ? justBeyond(limit, low) : limit;
}

function justBeyond(limit: number, otherLimit: number): number {
  if (!Number.isFinite(otherLimit)) return limit + Math.sign(otherLimit);
  return (limit + otherLimit) / 2;
}

function twoDigits(value: number): string {
  return String(value % 60).padStart(2, "0");
}
