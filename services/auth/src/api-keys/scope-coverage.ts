/** What a key states, or `null` where it may do whatever its user may. */
export type Scopes = readonly string[] | null;

/** Whether everything that the inner scopes name is named by the outer ones. What cannot be seen from them is not. */
export function isCoveredBy(inner: Scopes, outer: Scopes): boolean {
  if (outer === null || outer.includes("*")) return true;
  if (inner === null) return false;
  return inner.every((scope) => outer.some((wider) => covers(wider, scope)));
}

function covers(wider: string, scope: string): boolean {
  if (scope === "*") return false;
  const [outer, inner] = [parse(wider), parse(scope)];
  return isWordWithin(inner.type, outer.type) && isWordWithin(inner.action, outer.action) && isPathWithin(inner, outer);
}

interface ParsedScope {
  readonly type: string;
  readonly action: string;
  /** `*` where the scope names none. */
  readonly path: string;
}

function parse(scope: string): ParsedScope {
  const [type = "", action = "", ...path] = scope.split(":");
  return { type, action, path: path.join(":") || "*" };
}

function isWordWithin(inner: string, outer: string): boolean {
  return outer === "*" || outer === inner;
}

function isPathWithin({ path: inner }: ParsedScope, { path: outer }: ParsedScope): boolean {
  if (outer === "*" || outer === inner) return true;
  return outer.endsWith("/*") && inner.startsWith(outer.slice(0, -1));
}
