import { GaiaError, type Selector } from "@gaia/contracts";
import type { AccessFacts, GrantContext } from "./access-facts.ts";
import { collectStatements } from "./collect-statements.ts";
import { alternativesOf, isAllWithin, isWhollyAllowed } from "./coverage.ts";
import type { Access } from "./open-access.ts";
import { selectPattern } from "./path-pattern.ts";
import { activeTeamsBelow, inTeams, inWorkspace } from "./places.ts";
import { roleGrants } from "./rules/role-grants.ts";
import { isCurrent, type Question } from "./statement.ts";

/** What somebody could do after being given something: one permission, or the role that may do everything. */
export type Gift =
  | { readonly kind: "permission"; readonly type: string; readonly action: string; readonly path: string | null }
  | { readonly kind: "everything" };

/** Nobody can give what they do not have, nor take it: throws unless the giver may do all of it wherever it would count. */
export function requireHeld(
  { facts, now }: Pick<Access, "facts" | "now">,
  gifts: readonly Gift[],
  context: GrantContext,
): void {
  const missing = gifts.find((gift) => !isHeld(facts, { gift, context, now }));
  if (missing === undefined) return;
  const what = missing.kind === "everything" ? "everything" : `${missing.type}:${missing.action}`;
  throw new GaiaError("FORBIDDEN", `Nobody can give or take what they do not have: ${what}`, {
    reason: "permission.not_held",
  });
}

interface Giving {
  readonly gift: Gift;
  readonly context: GrantContext;
  readonly now: Date;
}

export function isHeld(facts: AccessFacts, giving: Giving): boolean {
  // What everybody has of their own (`{user_id}`) can be given to everybody for their own.
  return [facts, asAnybody(facts)].some((each) => isHeldBy(each, giving));
}

// A user's id that is the placeholder leaves patterns as they are stored.
const anybody = "{user_id}";

function asAnybody(facts: AccessFacts): AccessFacts {
  const { subject } = facts;
  return subject.kind === "user" ? { ...facts, subject: { ...subject, userId: anybody } } : facts;
}

function isHeldBy(facts: AccessFacts, { gift, context, now }: Giving): boolean {
  if (gift.kind === "everything") return isEverythingHeld(facts, context, now);
  const question = { type: gift.type, action: gift.action, now };
  const pattern = selectPattern(gift.path, templateSubject) ?? [];
  return isHeldWhere(facts, question, [...selectGivenContext(facts, context, question), ...pattern]);
}

const templateSubject = { kind: "user", userId: anybody, isActive: true, key: null } as const;

/** Whether the subject may do it with every resource that all the selectors select. */
export function isHeldWhere(facts: AccessFacts, question: Question, where: readonly Selector[]): boolean {
  const statements = collectStatements(facts, question);
  return alternativesOf(where).every((target) => isWhollyAllowed(target, statements));
}

/** The whole role, in a place that has all of the context, and neither denials nor scopes that would make it less. */
function isEverythingHeld(facts: AccessFacts, context: GrantContext, now: Date): boolean {
  const { subject, userPermissions } = facts;
  if (subject.kind === "service") return true;
  if (subject.kind === "guest" || !subject.isActive) return false;
  if (subject.key?.scopes?.includes("*") === false) return false;
  if (userPermissions.some((fact) => fact.granted === false && isCurrent(fact, { now }))) return false;
  // Of documents, because places are paths there as well.
  const question = { type: "kb", action: "admin", now };
  const whole = roleGrants(facts, question).filter(({ rule }) => rule.kind === "role" && rule.permission_id === null);
  return alternativesOf(selectGivenContext(facts, context, question)).every((target) =>
    whole.some(({ where }) => isAllWithin(target, where)),
  );
}

/** Where a gift in the context would count. Of a place that the giver's facts do not know, only its id is known. */
function selectGivenContext(facts: AccessFacts, context: GrantContext, question: Question): readonly Selector[] {
  switch (context.type) {
    case "global":
      return [];
    case "team": {
      const below = activeTeamsBelow(facts.teams, context.id);
      const selector = inTeams(below.length === 0 ? [context.id] : below, question);
      return selector === null ? [] : [selector];
    }
    case "workspace":
      return [inWorkspace(context.id, question)];
    case "resource":
      return selectPattern(context.id, templateSubject) ?? [];
  }
}
