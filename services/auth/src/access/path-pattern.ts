import type { Selector } from "@gaia/contracts";
import type { Subject } from "./access-facts.ts";

/**
 * The resources that a stored path means to this subject: none and `*` stand for every one of the type, `/*` at the end
 * for anything below, `{user_id}` for the person who asks; the rest is compared as it is. `null` means none at all.
 */
export function selectPattern(pattern: string | null, subject: Subject): readonly Selector[] | null {
  if (pattern === null || pattern === "*") return [];
  if (pattern.includes("{user_id}") && subject.kind !== "user") return null;
  const path = subject.kind === "user" ? pattern.replaceAll("{user_id}", subject.userId) : pattern;
  return [path.endsWith("/*") ? { kind: "below", prefix: path.slice(0, -1) } : { kind: "named", name: path }];
}
