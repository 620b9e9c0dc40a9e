import { GaiaError, notFound } from "@gaia/contracts";
import { isHeldWhere } from "../access/gifts.ts";
import type { Access } from "../access/open-access.ts";
import { selectPattern } from "../access/path-pattern.ts";
import type { Resource } from "../access/selector.ts";

/** As it is stored: a path, a folder's path with `/*`, or an id. */
export function nameOf({ path, id }: Resource): string {
  return path ?? id ?? "";
}

export function toResource(type: string, name: string): Resource {
  return name.startsWith("/") ? { type, path: name } : { type, id: name };
}

/** Of a folder only who may do it with everything below, whatever will be there. */
function isAllowed(access: Access, action: string, resource: Resource): boolean {
  const { type, path } = resource;
  if (path?.endsWith("/*") !== true) return access.decide(action, resource).allowed;
  const where = selectPattern(path, access.facts.subject);
  return where !== null && isHeldWhere(access.facts, { type, action, now: access.now }, where);
}

interface Wanted {
  readonly shareType: "direct" | "public";
  readonly actions: readonly string[];
}

/** Who shares may share it, and gives nothing that they do not have; who opens it to everybody administers it. */
export function findMissing(access: Access, resource: Resource, { shareType, actions }: Wanted): string | null {
  const needed = [shareType === "public" ? "admin" : "share", ...actions];
  return needed.find((action) => !isAllowed(access, action, resource)) ?? null;
}

/** What one may not even read does not exist. */
export function requireSharing(access: Access, resource: Resource, wanted: Wanted): void {
  const missing = findMissing(access, resource, wanted);
  if (missing === null) return;
  if (!isAllowed(access, "read", resource)) throw notFound(resource.type, nameOf(resource));
  throw notHeld(resource, missing);
}

export function notHeld({ type }: Resource, action: string): GaiaError {
  return new GaiaError("FORBIDDEN", `Nobody shares what they may not do themselves: ${type}:${action}`, {
    reason: "share.not_held",
  });
}
