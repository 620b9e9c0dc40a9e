import type { AccessFacts, UserPermissionFact } from "../access-facts.ts";
import { selectPattern } from "../path-pattern.ts";
import { selectContext, selectDenialContext } from "../places.ts";
import { type AccessRule, isCurrent, type Question, type Statement } from "../statement.ts";

/** Forbids what was taken from the person explicitly, also from administrators and owners. */
export const userDenials: AccessRule = (facts, question) =>
  currentPermissions(facts, question, false).flatMap((fact) =>
    toStatement("user-denial", { facts, question, fact, selectContext: selectDenialContext }),
  );

/** Allows what was given to the person directly. */
export const userPermissions: AccessRule = (facts, question) =>
  currentPermissions(facts, question, true).flatMap((fact) =>
    toStatement("user-permission", { facts, question, fact, selectContext }),
  );

function currentPermissions(facts: AccessFacts, question: Question, isGranted: boolean): readonly UserPermissionFact[] {
  if (facts.subject.kind !== "user") return [];
  return facts.userPermissions.filter(
    ({ permission, granted, ...rest }) =>
      granted === isGranted &&
      permission.type === question.type &&
      permission.action === question.action &&
      isCurrent(rest, question),
  );
}

interface Source {
  readonly facts: AccessFacts;
  readonly question: Question;
  readonly fact: UserPermissionFact;
  readonly selectContext: typeof selectContext;
}

function toStatement(kind: "user-denial" | "user-permission", source: Source): readonly Statement[] {
  const { facts, question, fact } = source;
  const context = source.selectContext(facts, fact.context, question);
  const path = selectPattern(fact.permission.path, facts.subject);
  if (context === null || path === null) return [];
  return [{ rule: { kind, permission_id: fact.permission.id, context: fact.context }, where: [...context, ...path] }];
}
