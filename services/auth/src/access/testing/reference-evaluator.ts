import type { AccessFacts, GrantContext, Grantee, PermissionFact } from "../access-facts.ts";
import type { AccessRequest } from "../decide.ts";

/*
 * The contract's prose once more, as slow and plain as it can be said, and the other way round: it starts at the
 * resource, writes down every pattern that would name it and every place it lies in, and then looks whether a fact
 * mentions one of them. Nothing here may be imported from the code under test but types.
 */

interface Situation {
  readonly facts: AccessFacts;
  readonly request: AccessRequest;
  readonly now: Date;
}

export function isAllowedByReference(facts: AccessFacts, request: AccessRequest, now: Date): boolean {
  const situation = { facts, request, now };
  const { subject } = facts;
  if (hasTrickyPath(request)) return false;
  if (subject.kind === "service") return true;
  if (subject.kind === "guest") {
    return hasRole(situation) || hasRoleGrantOnResource(situation) || hasPublicShare(situation) || isOpen(situation);
  }
  if (!subject.isActive || isDenied(situation) || !isWithinKey(situation)) return false;
  return [
    isOwn,
    hasRole,
    hasDirectPermission,
    hasGrantOnResource,
    hasPublicShare,
    hasTeamRole,
    isInWorkspace,
    isOpen,
  ].some((rule) => rule(situation));
}

function hasTrickyPath({ resource: { path } }: AccessRequest): boolean {
  if (path === undefined) return false;
  const steps = path.replace(/^\//, "").split("/");
  const isEncoded = path.split("%").some((after, index) => index > 0 && /^[0-9a-f][0-9a-f]/i.test(after));
  const hasControl = path.split("").some((letter) => letter < " " || letter === "\u007f" || letter === "\\");
  return isEncoded || hasControl || steps.some((step) => step === "" || step === "." || step === "..");
}

/** Every way in which somebody could have stored a pattern that means this resource. */
function namesOf({ facts: { subject }, request: { resource } }: Situation): Set<string | null> {
  const names = new Set<string | null>([null, "*"]);
  if (resource.id !== undefined && !resource.id.endsWith("/*")) names.add(resource.id);
  if (resource.path === undefined) return withUser(names, subject.kind === "user" ? subject.userId : undefined);
  if (!resource.path.endsWith("/*")) names.add(resource.path);
  const letters = resource.path.split("");
  letters.forEach((letter, index) => {
    if (letter === "/" && index < letters.length - 1) names.add(`${letters.slice(0, index + 1).join("")}*`);
  });
  return withUser(names, subject.kind === "user" ? subject.userId : undefined);
}

function withUser(names: Set<string | null>, userId: string | undefined): Set<string | null> {
  const all = new Set(names);
  for (const name of names) {
    if (name !== null && userId !== undefined) all.add(name.split(userId).join("{user_id}"));
  }
  return all;
}

function kbPlace({ resource: { type, path } }: AccessRequest, kind: string): string[] {
  const steps = (path ?? "").split("/");
  const isPlace = type === "kb" && steps[0] === "" && steps[1] === "kb" && steps[2] === kind && steps.length > 4;
  return isPlace ? [steps[3] ?? ""] : [];
}

function teamsOfResource({ request }: Situation): string[] {
  return [...(request.resource.teamId === undefined ? [] : [request.resource.teamId]), ...kbPlace(request, "teams")];
}

function workspacesOfResource({ request }: Situation): string[] {
  const { workspaceId } = request.resource;
  return [...(workspaceId === undefined ? [] : [workspaceId]), ...kbPlace(request, "workspaces")];
}

/** The team and those above it; only as far as all are active, unless told otherwise. */
function climb(situation: Situation, teamId: string, mustBeActive: boolean, seen: readonly string[] = []): string[] {
  const team = situation.facts.teams.find(({ id }) => id === teamId);
  if (seen.includes(teamId)) return [];
  if (team === undefined) return mustBeActive ? [] : [teamId];
  if (mustBeActive && !team.isActive) return [];
  if (team.parentId === null) return [teamId];
  return [teamId, ...climb(situation, team.parentId, mustBeActive, [...seen, teamId])];
}

function isWorkspaceOpen({ facts, now }: Situation, workspaceId: string): boolean {
  const workspace = facts.workspaces.find(({ id }) => id === workspaceId);
  return workspace !== undefined && workspace.isActive && lasts(workspace.expiresAt, now);
}

function lasts(expiresAt: Date | null, now: Date): boolean {
  return expiresAt === null || expiresAt > now;
}

function liesIn(situation: Situation, context: GrantContext, mustBeActive: boolean): boolean {
  if (context.type === "global") return true;
  if (context.type === "resource") return namesOf(situation).has(context.id);
  if (context.type === "team") {
    return teamsOfResource(situation).some((teamId) => climb(situation, teamId, mustBeActive).includes(context.id));
  }
  return (
    workspacesOfResource(situation).includes(context.id) && (!mustBeActive || isWorkspaceOpen(situation, context.id))
  );
}

function isMeant(situation: Situation, { type, action, path }: Omit<PermissionFact, "id">): boolean {
  const { request } = situation;
  return type === request.resource.type && action === request.action && namesOf(situation).has(path);
}

function isDenied(situation: Situation): boolean {
  return situation.facts.userPermissions.some(
    ({ granted, permission, context, expiresAt }) =>
      granted === false &&
      lasts(expiresAt, situation.now) &&
      liesIn(situation, context, false) &&
      isMeant(situation, permission),
  );
}

function hasDirectPermission(situation: Situation): boolean {
  return situation.facts.userPermissions.some(
    ({ granted, permission, context, expiresAt }) =>
      granted === true &&
      lasts(expiresAt, situation.now) &&
      liesIn(situation, context, true) &&
      isMeant(situation, permission),
  );
}

function isWithinKey(situation: Situation): boolean {
  const { facts, request } = situation;
  if (facts.subject.kind !== "user" || facts.subject.key === null || facts.subject.key.scopes === null) return true;
  const { scopes } = facts.subject.key;
  const { type } = request.resource;
  const heads = [`${type}:${request.action}`, `${type}:*`, `*:${request.action}`, "*:*"];
  const names = [...namesOf(situation)].filter((name) => name !== null);
  return (
    scopes.includes("*") ||
    heads.some((head) => scopes.includes(head) || names.some((name) => scopes.includes(`${head}:${name}`)))
  );
}

const ownable = ["kb", "chat", "asset", "conversation", "persona", "workspace", "share"];
const vocabulary = ["read", "write", "delete", "share", "admin", "access", "create"];

function isOwn({ facts: { subject }, request: { action, resource } }: Situation): boolean {
  if (subject.kind !== "user" || !vocabulary.includes(action) || !ownable.includes(resource.type)) return false;
  const [root, kb, users, id, ...rest] = (resource.path ?? "").split("/");
  const isInNamespace = root === "" && kb === "kb" && users === "users" && id === subject.userId && rest.length > 0;
  return (resource.type === "kb" && isInNamespace) || resource.ownerId === subject.userId;
}

function heldRoles(situation: Situation): AccessFacts["roles"] {
  return situation.facts.roles.filter(
    (role) =>
      role.isActive &&
      situation.facts.roleAssignments.some(
        ({ roleId, context, expiresAt }) =>
          roleId === role.id && lasts(expiresAt, situation.now) && liesIn(situation, context, true),
      ),
  );
}

function hasRole(situation: Situation): boolean {
  return heldRoles(situation).some(
    ({ name, permissions }) =>
      name === "super_admin" || permissions.some((permission) => isMeant(situation, permission)),
  );
}

function isGrantee(situation: Situation, { type, id }: Grantee): boolean {
  const { facts } = situation;
  if (type === "role") return heldRoles(situation).some((role) => role.id === id || role.name === id);
  if (facts.subject.kind !== "user") return false;
  if (type === "user") return facts.subject.userId === id;
  if (type === "team") return facts.teamMemberships.some(({ teamId }) => climb(situation, teamId, true).includes(id));
  return facts.workspaceMemberships.some(({ workspaceId }) => workspaceId === id) && isWorkspaceOpen(situation, id);
}

function hasGrantOnResource(situation: Situation): boolean {
  const { facts, request, now } = situation;
  return [...facts.resourcePermissions, ...facts.shares].some(
    (grant) =>
      grant.grantee !== "everyone" &&
      (!("isActive" in grant) || grant.isActive) &&
      lasts(grant.expiresAt, now) &&
      grant.actions.some((action) => isMeant(situation, { type: grant.type, action, path: grant.resource })) &&
      grant.actions.includes(request.action) &&
      isGrantee(situation, grant.grantee),
  );
}

function hasRoleGrantOnResource(situation: Situation): boolean {
  const { facts } = situation;
  const ofRoles = <Grant extends { readonly grantee: Grantee | "everyone" }>(grants: readonly Grant[]): Grant[] =>
    grants.filter(({ grantee }) => grantee !== "everyone" && grantee.type === "role");
  const fewer = { ...facts, resourcePermissions: ofRoles(facts.resourcePermissions), shares: ofRoles(facts.shares) };
  return hasGrantOnResource({ ...situation, facts: fewer });
}

function hasPublicShare(situation: Situation): boolean {
  return situation.facts.shares.some(
    ({ grantee, type, resource, actions, isActive, expiresAt }) =>
      grantee === "everyone" &&
      isActive &&
      lasts(expiresAt, situation.now) &&
      actions.includes("read") &&
      isMeant(situation, { type, action: "read", path: resource }),
  );
}

const content = ["kb", "chat", "asset", "conversation", "persona"];

function hasTeamRole(situation: Situation): boolean {
  const { facts, request } = situation;
  const { action, resource } = request;
  const mayDo = (teamRole: string | null): boolean => {
    const isContent = content.includes(resource.type);
    if (!isContent && resource.type !== "team") return false;
    if (teamRole === "owner") return vocabulary.includes(action);
    if (teamRole === "admin") {
      return isContent ? vocabulary.includes(action) : ["read", "write", "share", "admin"].includes(action);
    }
    if (teamRole === "member") return isContent ? ["read", "write", "create"].includes(action) : action === "read";
    return teamRole === "viewer" && action === "read";
  };
  return teamsOfResource(situation).some((teamId) =>
    facts.teamMemberships.some(({ teamId: place, teamRole }) => {
      // An owner can switch a team on again.
      const mustBeActive = teamRole !== "owner" || resource.type !== "team";
      const level = climb(situation, teamId, mustBeActive).indexOf(place);
      const reaches = level === 0 || (level > 0 && ["owner", "admin"].includes(teamRole ?? ""));
      return reaches && mayDo(teamRole);
    }),
  );
}

function isInWorkspace(situation: Situation): boolean {
  const { facts, request } = situation;
  const { action, resource } = request;
  const mayDo =
    (content.includes(resource.type) && ["read", "write", "delete", "create"].includes(action)) ||
    (resource.type === "workspace" && action === "read");
  return (
    mayDo &&
    workspacesOfResource(situation).some(
      (place) =>
        isWorkspaceOpen(situation, place) &&
        facts.workspaceMemberships.some(({ workspaceId }) => workspaceId === place),
    )
  );
}

function isOpen({ facts, request: { action, resource } }: Situation): boolean {
  const [root, kb, folder, ...rest] = (resource.path ?? "").split("/");
  if (resource.type !== "kb" || action !== "read" || root !== "" || kb !== "kb" || rest.length === 0) return false;
  return folder === "public" || (folder === "shared" && facts.subject.kind === "user");
}
