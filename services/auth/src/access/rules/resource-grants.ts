import type { AccessFacts, Grantee } from "../access-facts.ts";
import { findHoldings, type Holding } from "../holders.ts";
import { selectPattern } from "../path-pattern.ts";
import { type AccessRule, isCurrent, type Question, type RuleReference, type Statement } from "../statement.ts";

/** Allows what was given on a resource to the person, or to a team, workspace or role of theirs. */
export const resourcePermissions: AccessRule = (facts, question) =>
  facts.resourcePermissions
    .filter((fact) => isAbout(fact, question))
    .flatMap((fact) => toStatements("resource-permission", fact, { facts, question }));

/** Allows what an active share lets its recipient do; a public one lets everybody, guests included, read and no more. */
export const shares: AccessRule = (facts, question) =>
  facts.shares
    .filter((fact) => fact.isActive && isAbout(fact, question))
    .flatMap((fact) => toStatements("share", fact, { facts, question }));

interface ResourceGrant {
  readonly id: string;
  readonly type: string;
  readonly resource: string;
  readonly grantee: Grantee | "everyone";
  readonly actions: readonly string[];
  readonly expiresAt: Date | null;
}

function isAbout(fact: ResourceGrant, question: Question): boolean {
  return fact.type === question.type && fact.actions.includes(question.action) && isCurrent(fact, question);
}

function toStatements(
  kind: "resource-permission" | "share",
  { id, resource, grantee }: ResourceGrant,
  { facts, question }: { readonly facts: AccessFacts; readonly question: Question },
): readonly Statement[] {
  const path = selectPattern(resource, facts.subject);
  if (path === null) return [];
  const holdings = grantee === "everyone" ? holdAsAnybody(question) : findHoldings(facts, grantee, question);
  return holdings.map(({ holder, where }): Statement => {
    const rule: RuleReference = { kind, id, holder };
    return { rule, where: [...where, ...path] };
  });
}

function holdAsAnybody({ action }: Question): readonly Holding[] {
  return action === "read" ? [{ holder: { type: "everyone" }, where: [] }] : [];
}
