import type { AccessResource, Selector } from "@gaia/contracts";

/** What somebody wants to reach. Callers name documents and routes by path, everything else by id. */
export type Resource = AccessResource;

/** The path must be plain (`isPlainPath`): this compares text only. */
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
