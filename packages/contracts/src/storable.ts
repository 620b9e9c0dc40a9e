import * as z from "zod";

/** PostgreSQL stores no NUL, and its JSON no half of a surrogate pair. */
export const isStorableText = (text: string): boolean => !/\0|\p{Surrogate}/u.test(text);

function isStorable(value: unknown): boolean {
  if (typeof value === "string") return isStorableText(value);
  if (typeof value !== "object" || value === null) return true;
  return Object.entries(value).every(([name, inner]) => isStorableText(name) && isStorable(inner));
}

const refusal = "Contains what cannot be stored";

export const storableText = (maximum: number): z.ZodString => z.string().max(maximum).refine(isStorableText, refusal);

export const StorableRecord = z.record(z.string(), z.unknown()).refine(isStorable, refusal);
