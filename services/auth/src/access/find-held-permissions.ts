import { type Permission, permissionNames, type PermissionQuestion, permissions } from "@gaia/contracts";
import type { AuthDeps } from "../deps.ts";
import type { AccessFacts } from "./access-facts.ts";
import { decide } from "./decide.ts";
import { userDenials } from "./rules/user-permissions.ts";
import { type Asker, loadFacts } from "./load-facts.ts";

export interface HeldPermissions {
  readonly permissions: readonly Permission[];
  /** Paths of routes that were denied explicitly; left out where none was. */
  readonly closedPaths?: readonly string[];
  /** When the first of the grants behind them ends; `null` when none does. */
  readonly endsAt: Date | null;
}

/** What somebody may ask of routes, by all roles, grants and scopes; what routes then look at is decided there. */
export async function findHeldPermissions(
  { kysely, now }: Pick<AuthDeps, "kysely" | "now">,
  asker: Asker,
): Promise<HeldPermissions> {
  const facts = await loadFacts({ kysely, now }, asker);
  const moment = now();
  const closedPaths = findClosedPaths(facts, moment);
  return {
    ...(closedPaths.length === 0 ? {} : { closedPaths }),
    permissions: permissionNames.filter((name) => isHeld(facts, permissions[name].decidedBy, moment)),
    endsAt: findNextEnd(facts, moment),
  };
}

function isHeld(facts: AccessFacts, decidedBy: string | PermissionQuestion, now: Date): boolean {
  if (typeof decidedBy === "string") return false;
  const { type, action, isOwn } = decidedBy;
  const { subject } = facts;
  const ownerId = isOwn === true && subject.kind === "user" ? subject.userId : undefined;
  return decide(facts, { action, resource: ownerId === undefined ? { type } : { type, ownerId } }, now).allowed;
}

// A route lies in no team or workspace, so denials there do not mean it.
function findClosedPaths(facts: AccessFacts, now: Date): string[] {
  return userDenials(facts, { type: "api", action: "access", now }).flatMap(({ where }) => {
    const [selector, ...more] = where;
    if (selector === undefined) return ["/*"];
    if (more.length > 0) return [];
    if (selector.kind === "below") return [`${selector.prefix}*`];
    return selector.kind === "named" ? [selector.name] : [];
  });
}

function findNextEnd(facts: AccessFacts, now: Date): Date | null {
  const { roleAssignments, userPermissions, resourcePermissions, shares, workspaces } = facts;
  const limited = [...roleAssignments, ...userPermissions, ...resourcePermissions, ...shares, ...workspaces];
  const ending = limited.flatMap(({ expiresAt }) => expiresAt ?? []);
  const ahead = ending.map((end) => end.getTime()).filter((end) => end > now.getTime());
  return ahead.length === 0 ? null : new Date(Math.min(...ahead));
}
