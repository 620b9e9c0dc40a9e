import { selectPattern } from "../path-pattern.ts";
import type { AccessRule, Question } from "../statement.ts";

/**
 * Forbids whatever no scope of the key names, so that a key is never more than its scopes. A scope is `type:action` or
 * `type:action:path`, with `*` for any type or any action; a lone `*` names everything.
 */
export const keyScopes: AccessRule = ({ subject }, question) => {
  if (subject.kind !== "user" || subject.key === null || subject.key.scopes === null) return [];
  const rule = { kind: "key-scopes", api_key_id: subject.key.id } as const;
  const paths = subject.key.scopes.filter((scope) => namesQuestion(scope, question)).map(pathOfScope);
  const selected = paths.map((path) => selectPattern(path, subject)).filter((where) => where !== null);
  if (selected.some((where) => where.length === 0)) return [];
  return [{ rule, where: [{ kind: "none", of: selected.flat() }] }];
};

function namesQuestion(scope: string, { type, action }: Question): boolean {
  if (scope === "*") return true;
  const [scopedType, scopedAction] = scope.split(":");
  return (scopedType === "*" || scopedType === type) && (scopedAction === "*" || scopedAction === action);
}

function pathOfScope(scope: string): string | null {
  return scope.split(":").slice(2).join(":") || null;
}
