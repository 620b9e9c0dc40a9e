import type { Principal } from "@gaia/contracts";

type Grants = Extract<Principal, { kind: "api-key" }>["grants"];

/** What the original's flags say as scopes; what else it stored there, such as `environment`, is no scope. */
const scopesByFlag: ReadonlyMap<string, readonly string[]> = new Map([
  ["admin", ["*"]],
  ["kb_access", ["kb:read", "kb:write"]],
]);

/**
 * The scopes that a key states, or `null` when it states none: the original stored `{}`, `[]` or notes for keys that
 * may do whatever their user may. A scope that is stated and not `true` grants nothing and bounds all the same.
 */
export function scopesOfGrants(grants: Grants): readonly string[] | null {
  if (isList(grants)) return grants.length === 0 ? null : grants.flatMap((name) => scopesByFlag.get(name) ?? [name]);
  const stated = Object.entries(grants).filter(
    ([name, value]) => isScope(name) || (scopesByFlag.has(name) && value === true),
  );
  if (stated.length === 0) return null;
  return stated.flatMap(([name, value]) => (value === true ? (scopesByFlag.get(name) ?? [name]) : []));
}

function isList(grants: Grants): grants is string[] {
  return Array.isArray(grants);
}

function isScope(name: string): boolean {
  return name === "*" || name.includes(":");
}
