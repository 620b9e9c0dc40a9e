import type { Tables } from "@gaia/db";
import type { Kysely } from "kysely";
import type { Access } from "../access/open-access.ts";
import type { Place } from "../members/forget-place.ts";
import { requireAuthority } from "../teams/team-access.ts";
import { requireTeam } from "../teams/team-repository.ts";
import { requireManagement } from "../workspaces/workspace-access.ts";
import { findWorkspace } from "../workspaces/workspace-repository.ts";

/** Throws unless the asker manages the place, and unless it exists. */
export async function requirePlaceAuthority(kysely: Kysely<Tables>, access: Access, place: Place): Promise<void> {
  switch (place.type) {
    case "team":
      requireAuthority(access, place.id);
      return requireTeam(kysely, place.id);
    case "workspace":
      return requireManagement(access, await findWorkspace(kysely, place.id));
  }
}
