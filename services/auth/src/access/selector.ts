import type { auth } from "@gaia/contracts";

/** What somebody wants to reach. Callers name documents and routes by path, everything else by id. */
export type Resource = auth.AccessResource;

/**
 * Which resources of a type are meant. Data and not functions, because lists need the same in SQL
 * (`filter-in-sql.ts`).
 */
export type Selector =
  | { readonly kind: "named"; readonly name: string }
  /** Ends in a slash, so that a neighbour with a longer name is not below. */
  | { readonly kind: "below"; readonly prefix: string }
  | { readonly kind: "owned-by"; readonly userId: string }
  | { readonly kind: "in-team"; readonly teamIds: readonly string[] }
  | { readonly kind: "in-workspace"; readonly workspaceIds: readonly string[] }
  | { readonly kind: "any"; readonly of: readonly Selector[] }
  | { readonly kind: "none"; readonly of: readonly Selector[] };

/** The path must be plain (`path-pattern.ts`): this compares text only. */
export function isSelected(resource: Resource, selector: Selector): boolean {
  switch (selector.kind) {
    case "named":
      return resource.path === selector.name || resource.id === selector.name;
    case "below":
      return resource.path?.startsWith(selector.prefix) ?? false;
    case "owned-by":
      return resource.ownerId === selector.userId;
    case "in-team":
      return isOneOf(resource.teamId, selector.teamIds);
    case "in-workspace":
      return isOneOf(resource.workspaceId, selector.workspaceIds);
    case "any":
      return selector.of.some((each) => isSelected(resource, each));
    case "none":
      return !selector.of.some((each) => isSelected(resource, each));
  }
}

function isOneOf(id: string | undefined, ids: readonly string[]): boolean {
  return id !== undefined && ids.includes(id);
}
