import type { Selector } from "@gaia/contracts";
import type { AccessFacts, GrantContext, TeamFact } from "./access-facts.ts";
import { selectPattern } from "./path-pattern.ts";
import { isCurrent, type Question } from "./statement.ts";

interface TeamTree {
  readonly byId: ReadonlyMap<string, TeamFact>;
  readonly byParent: ReadonlyMap<string, readonly TeamFact[]>;
}

// Many rules walk the teams of the same facts, once for each membership.
const trees = new WeakMap<readonly TeamFact[], TeamTree>();

function treeOf(teams: readonly TeamFact[]): TeamTree {
  const known = trees.get(teams);
  if (known !== undefined) return known;
  const byParent = new Map<string, TeamFact[]>();
  for (const team of teams) {
    if (team.parentId === null) continue;
    const siblings = byParent.get(team.parentId);
    if (siblings === undefined) byParent.set(team.parentId, [team]);
    else siblings.push(team);
  }
  const tree = { byId: new Map(teams.map((team) => [team.id, team])), byParent };
  trees.set(teams, tree);
  return tree;
}

/** The team and the teams above it that are active, up to the first that is not. A loop ends the walk. */
export function activeTeamsAbove(teams: readonly TeamFact[], teamId: string): string[] {
  const { byId } = treeOf(teams);
  const found: string[] = [];
  let team = byId.get(teamId);
  while (team?.isActive && !found.includes(team.id)) {
    found.push(team.id);
    team = team.parentId === null ? undefined : byId.get(team.parentId);
  }
  return found;
}

/** The team and every team below it that it reaches through active ones; none when it is not active itself. */
export function activeTeamsBelow(teams: readonly TeamFact[], teamId: string): string[] {
  const isActive = treeOf(teams).byId.get(teamId)?.isActive === true;
  return isActive ? walkBelow(teams, teamId, (team) => team.isActive) : [];
}

/** The team and every team below it, whether they are active or not. */
export function teamsBelow(teams: readonly TeamFact[], teamId: string): string[] {
  return walkBelow(teams, teamId, () => true);
}

function walkBelow(teams: readonly TeamFact[], teamId: string, isWalked: (team: TeamFact) => boolean): string[] {
  const { byParent } = treeOf(teams);
  const found = new Set([teamId]);
  // A set is walked in the order of its filling, what is added on the way included.
  for (const parentId of found) {
    for (const team of byParent.get(parentId) ?? []) if (isWalked(team)) found.add(team.id);
  }
  return [...found];
}

export function isActiveWorkspace({ workspaces }: AccessFacts, workspaceId: string, question: Question): boolean {
  return workspaces.some(({ id, isActive, ...rest }) => id === workspaceId && isActive && isCurrent(rest, question));
}

/** What lies in one of the teams, by its team or by its path in the knowledge base. `null` for no team at all. */
export function inTeams(teamIds: readonly string[], { type }: Question): Selector | null {
  if (teamIds.length === 0) return null;
  const paths = type === "kb" ? teamIds.map((id) => belowPath(`/kb/teams/${id}/`)) : [];
  return { kind: "any", of: [{ kind: "in-team", teamIds }, ...paths] };
}

export function inWorkspace(workspaceId: string, { type }: Question): Selector {
  const paths = type === "kb" ? [belowPath(`/kb/workspaces/${workspaceId}/`)] : [];
  return { kind: "any", of: [{ kind: "in-workspace", workspaceIds: [workspaceId] }, ...paths] };
}

function belowPath(prefix: string): Selector {
  return { kind: "below", prefix };
}

/** Where a grant counts: nowhere (`null`) when its team or workspace is not active. */
export function selectContext(
  facts: AccessFacts,
  context: GrantContext,
  question: Question,
): readonly Selector[] | null {
  switch (context.type) {
    case "global":
      return [];
    case "team":
      return listed(inTeams(activeTeamsBelow(facts.teams, context.id), question));
    case "workspace":
      return isActiveWorkspace(facts, context.id, question) ? [inWorkspace(context.id, question)] : null;
    case "resource":
      return selectPattern(context.id, facts.subject);
  }
}

/**
 * Where a denial counts. A team or workspace that was switched off gives nothing any more, but what it forbids stays
 * forbidden: else archiving a place would open it to whoever may read everything.
 */
export function selectDenialContext(
  facts: AccessFacts,
  context: GrantContext,
  question: Question,
): readonly Selector[] | null {
  switch (context.type) {
    case "team":
      return listed(inTeams(teamsBelow(facts.teams, context.id), question));
    case "workspace":
      return [inWorkspace(context.id, question)];
    case "global":
    case "resource":
      return selectContext(facts, context, question);
  }
}

function listed(selector: Selector | null): readonly Selector[] | null {
  return selector === null ? null : [selector];
}
