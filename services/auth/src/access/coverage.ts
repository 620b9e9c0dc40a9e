import type { AccessStatement, AccessStatements, Selector } from "@gaia/contracts";

/** Selectors that all hold, none of them an alternative. */
export type Target = readonly Selector[];

/** Every way in which a resource can be meant, each without alternatives. */
export function alternativesOf(where: readonly Selector[]): readonly Target[] {
  const [first, ...rest] = where;
  if (first === undefined) return [[]];
  const heads = first.kind === "any" ? first.of.flatMap((each) => alternativesOf([each])) : [[first]];
  const tails = alternativesOf(rest);
  return heads.flatMap((head) => tails.map((tail) => [...head, ...tail]));
}

/**
 * Whether every resource of the target is one of the selector's, whatever resources there are. What cannot be proved
 * from the two alone is false. By convention paths begin with a slash and ids do not.
 */
function isWithin(target: Target, selector: Selector): boolean {
  switch (selector.kind) {
    case "named":
      return target.some((each) => each.kind === "named" && each.name === selector.name);
    case "below":
      return target.some((each) => pathsOf(each)?.startsWith(selector.prefix) ?? false);
    case "owned-by":
      return target.some((each) => each.kind === "owned-by" && each.userId === selector.userId);
    case "in-team":
      return target.some((each) => each.kind === "in-team" && isSubset(each.teamIds, selector.teamIds));
    case "in-workspace":
      return target.some((each) => each.kind === "in-workspace" && isSubset(each.workspaceIds, selector.workspaceIds));
    case "any":
      return selector.of.some((each) => isWithin(target, each));
    case "none":
      return selector.of.every((each) => isApart(target, each));
  }
}

/** Whether no resource of the target is one of the selector's; what cannot be proved is false here too. */
function isApart(target: Target, selector: Selector): boolean {
  switch (selector.kind) {
    case "named":
      return target.some((each) => isOtherName(each, selector.name));
    case "below":
      return target.some((each) => isBeside(each, selector.prefix));
    case "owned-by":
      return false;
    case "in-team":
      return target.some((each) => each.kind === "in-team" && isDisjoint(each.teamIds, selector.teamIds));
    case "in-workspace":
      return target.some(
        (each) => each.kind === "in-workspace" && isDisjoint(each.workspaceIds, selector.workspaceIds),
      );
    case "any":
      return selector.of.every((each) => isApart(target, each));
    case "none":
      return selector.of.some((each) => isWithin(target, each));
  }
}

/** Whether everything of the statement is forbidden by one of the others. */
export function isWhollyForbidden({ where }: AccessStatement, forbidding: readonly AccessStatement[]): boolean {
  return alternativesOf(where).every((target) => forbidding.some((each) => isAllWithin(target, each.where)));
}

export function isAnythingAllowed({ allowing, forbidding }: AccessStatements): boolean {
  return allowing.some((statement) => !isWhollyForbidden(statement, forbidding));
}

/** Whether the target is, as far as can be proved, allowed in whole. */
export function isWhollyAllowed(target: Target, { allowing, forbidding }: AccessStatements): boolean {
  return (
    allowing.some(({ where }) => isAllWithin(target, where)) &&
    forbidding.every(({ where }) => where.some((selector) => isApart(target, selector)))
  );
}

export function isAllWithin(target: Target, where: readonly Selector[]): boolean {
  return where.every((selector) => isWithin(target, selector));
}

/** How all paths begin that the selector means, where it means paths. */
function pathsOf(selector: Selector): string | undefined {
  if (selector.kind === "below") return selector.prefix;
  return selector.kind === "named" && isPath(selector.name) ? selector.name : undefined;
}

function isPath(name: string): boolean {
  return name.startsWith("/");
}

function isOtherName(selector: Selector, name: string): boolean {
  if (selector.kind === "named") return selector.name !== name && isPath(selector.name) === isPath(name);
  return selector.kind === "below" && isPath(name) && !name.startsWith(selector.prefix);
}

function isBeside(selector: Selector, prefix: string): boolean {
  const paths = pathsOf(selector);
  if (paths === undefined || paths.startsWith(prefix)) return false;
  return selector.kind === "named" || !prefix.startsWith(paths);
}

function isSubset(ids: readonly string[], of: readonly string[]): boolean {
  return ids.every((id) => of.includes(id));
}

function isDisjoint(ids: readonly string[], others: readonly string[]): boolean {
  return !ids.some((id) => others.includes(id));
}
