import type { access as contract, AccessStatement, InputOf, OutputOf, Selector } from "@gaia/contracts";
import type { Context } from "@gaia/kit/context";
import * as z from "zod";
import type { AuthDeps } from "../deps.ts";
import { cutPage } from "@gaia/kit/pages/cut-page";
import { readCursor } from "@gaia/kit/pages/read-cursor";
import type { AccessFacts, GrantContext } from "./access-facts.ts";
import { collectStatements } from "./collect-statements.ts";
import { isWhollyForbidden } from "./coverage.ts";
import { contentTypes, everyAction, ownerGrants } from "./default-grants.ts";
import { describeRule } from "./describe-rule.ts";
import { loadFacts } from "./load-facts.ts";
import type { RuleReference } from "./statement.ts";

type EffectivePermission = contract.EffectivePermission;

/** What the caller may do, rule by rule; what a denial or the scopes of the key take away in whole is left out. */
export async function listOwnPermissions(
  { kysely, now }: Pick<AuthDeps, "kysely" | "now">,
  { principal }: Pick<Context, "principal">,
  { resource_type: wanted, limit, cursor }: InputOf<typeof contract.listOwnPermissions>,
): Promise<OutputOf<typeof contract.listOwnPermissions>> {
  const after = readCursor(z.string(), cursor);
  const facts = await loadFacts({ kysely, now }, principal);
  const moment = now();
  const allowed: EffectivePermission[] = [];
  const denied: EffectivePermission[] = [];
  for (const { type, action } of questionsAbout(facts)) {
    if (wanted !== undefined && type !== wanted) continue;
    const { allowing, forbidding } = collectStatements(facts, { type, action, now: moment });
    const left = allowing.filter((statement) => !isWhollyForbidden(statement, forbidding));
    allowed.push(...left.map((statement) => toRow(statement, type, action)));
    const denials = forbidding.filter(({ rule }) => rule.kind === "user-denial");
    denied.push(...denials.map((statement) => toRow(statement, type, action)));
  }
  const { subject } = facts;
  const scopes = subject.kind === "user" ? (subject.key?.scopes ?? null) : null;
  const rest = distinct(allowed).filter((row) => after === null || keyOf(row) > after);
  const { rows, next_cursor } = cutPage(rest, limit, keyOf);
  return {
    permissions: [...rows],
    denials: distinct(denied),
    scopes: scopes === null ? null : [...scopes],
    next_cursor,
  };
}

interface Asked {
  readonly type: string;
  readonly action: string;
}

/** Everything that some rule could say something about. */
function questionsAbout(facts: AccessFacts): readonly Asked[] {
  const permissions = [
    ...facts.roles.flatMap((role) => role.permissions),
    ...facts.userPermissions.map((fact) => fact.permission),
  ];
  const grants = [...facts.resourcePermissions, ...facts.shares];
  const types = [...contentTypes, ...ownerGrants.types, "team", "workspace"];
  const asked = [
    ...types.flatMap((type) => everyAction.map((action) => ({ type, action }))),
    ...permissions.map(({ type, action }) => ({ type, action })),
    ...grants.flatMap(({ type, actions }) => actions.map((action) => ({ type, action }))),
  ];
  return [...new Map(asked.map((each) => [`${each.type}:${each.action}`, each])).values()].toSorted((left, right) =>
    `${left.type}:${left.action}` < `${right.type}:${right.action}` ? -1 : 1,
  );
}

function toRow({ rule, where }: AccessStatement, type: string, action: string): EffectivePermission {
  const { type: contextType, id } = contextOf(rule);
  const isEverything = rule.kind === "service" || (rule.kind === "role" && rule.permission_id === null);
  return {
    resource_type: isEverything ? "*" : type,
    resource_path: patternOf(where),
    action: isEverything ? "*" : action,
    source: rule.kind,
    because: describeRule(rule),
    context_type: contextType,
    context_id: id,
  };
}

function contextOf(rule: RuleReference): GrantContext {
  switch (rule.kind) {
    case "role":
    case "user-denial":
    case "user-permission":
      return rule.context;
    case "team-role":
      return { type: "team", id: rule.team_id };
    case "workspace-member":
      return { type: "workspace", id: rule.workspace_id };
    case "resource-permission":
    case "share":
      return rule.holder.type === "role" ? rule.holder.context : { type: "global", id: "global" };
    default:
      return { type: "global", id: "global" };
  }
}

/** The narrowest name among the selectors; the place where a rule counts is told by its context. */
function patternOf(where: readonly Selector[]): string | null {
  const names = where.flatMap((selector) => {
    if (selector.kind === "named") return [selector.name];
    return selector.kind === "below" ? [`${selector.prefix}*`] : [];
  });
  return names.at(-1) ?? null;
}

/** Each once and always in the same order. */
function distinct(rows: readonly EffectivePermission[]): EffectivePermission[] {
  const byKey = new Map(rows.map((row) => [keyOf(row), row]));
  return [...byKey].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, row]) => row);
}

function keyOf(row: EffectivePermission): string {
  return JSON.stringify(row);
}
