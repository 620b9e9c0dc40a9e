import { GaiaError } from "@gaia/contracts";
import type { Access } from "../access/open-access.ts";
import type { Resource } from "../access/selector.ts";

export function teamResource(teamId: string): Resource {
  return { type: "team", id: teamId, teamId };
}

/**
 * How much of a team somebody disposes of: all of it as an owner, of this team or one above, and as an administrator of
 * all teams; or of all but ownership, as an admin.
 */
export type Authority = "owner" | "admin";

/** Throws for who manages nothing there; `NOT_FOUND` for who may not even see the team. */
export function requireAuthority(access: Access, teamId: string): Authority {
  const team = teamResource(teamId);
  access.requireOn({ kind: "team", id: teamId }, "admin", team);
  const isOverAll = access.decide("admin", { type: "team" }).allowed;
  return isOverAll || access.decide("delete", team).allowed ? "owner" : "admin";
}

/** Who disposes of the team as its owners do. */
export function requireOwnership(access: Access, teamId: string): void {
  if (requireAuthority(access, teamId) === "owner") return;
  throw ownersOnly();
}

export function ownersOnly(): GaiaError {
  return new GaiaError("FORBIDDEN", "Only owners of the team may do this", { reason: "team.owners_only" });
}
