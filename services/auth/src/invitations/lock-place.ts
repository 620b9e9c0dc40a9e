import { conflict } from "@gaia/contracts";
import type { Tables } from "@gaia/db";
import { type Kysely, sql } from "kysely";
import type { Access } from "../access/open-access.ts";
import type { Place } from "../members/forget-place.ts";
import { type Authority, requireAuthority } from "../teams/team-access.ts";
import { lockTeam } from "../teams/team-repository.ts";
import { requireManagement } from "../workspaces/workspace-access.ts";
import { isOpen, lockWorkspace } from "../workspaces/workspace-repository.ts";

/** A team or workspace whose row is held, so that nothing else happens to it or to its members. */
export interface LockedPlace extends Place {
  readonly displayName: string;
  /** Whether anybody can join. */
  readonly isOpen: boolean;
  /** Throws unless the caller manages it; `owner` for who may also make owners. */
  requireAuthority(access: Access): Authority;
}

export async function lockPlace(transaction: Kysely<Tables>, place: Place, now: Date): Promise<LockedPlace> {
  switch (place.type) {
    case "team": {
      const team = await lockTeam(transaction, place.id);
      return {
        ...place,
        displayName: team.display_name,
        isOpen: team.is_active !== false,
        requireAuthority: (access) => requireAuthority(access, place.id),
      };
    }
    case "workspace": {
      const workspace = await lockWorkspace(transaction, place.id);
      return {
        ...place,
        displayName: workspace.display_name,
        isOpen: isOpen(workspace, now),
        requireAuthority(access) {
          requireManagement(access, workspace);
          return "owner";
        },
      };
    }
  }
}

/** Who manages a place sees its members, so that this tells nothing new. */
export async function refuseMember(transaction: Kysely<Tables>, { type, id }: Place, email: string): Promise<void> {
  const table = sql.table(`${type}_members`);
  const { rows } = await sql`
    select from ${table} as members join users on users.id = members.user_id
    where members.${sql.ref(`${type}_id`)} = ${id} and lower(users.email) = ${email}`.execute(transaction);
  if (rows.length > 0) throw conflict(`${type}.member_exists`, "The account of this address is a member already");
}
