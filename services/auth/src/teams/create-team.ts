import { conflict, type GaiaError, type InputOf, notFound, type teams } from "@gaia/contracts";
import { appendAuditEntry, type Tables } from "@gaia/db";
import type { Context } from "@gaia/kit/context";
import type { Kysely } from "kysely";
import { announceAccessChange } from "../access/announce-access-change.ts";
import { type Access, openAccess } from "../access/open-access.ts";
import type { AuthDeps } from "../deps.ts";
import { requirePerson } from "../members/require-person.ts";
import { requireRoom } from "../members/require-room.ts";
import { showTeam } from "./get-team.ts";
import { requireAuthority } from "./team-access.ts";
import { insertMember } from "./team-member-repository.ts";
import { insertTeam } from "./team-repository.ts";
import { findTeamsAbove, lockTeamTree, maximumDepth } from "./team-tree-repository.ts";

export async function createTeam(
  { kysely, now }: Pick<AuthDeps, "kysely" | "now">,
  context: Context,
  input: InputOf<typeof teams.createTeam>,
): Promise<teams.Team> {
  const userId = requirePerson(context, "team:create");
  const moment = now();
  return kysely.transaction().execute(async (transaction) => {
    const deps = { kysely: transaction, now };
    if (input.parent_team_id !== null) await lockTeamTree(transaction);
    const access = await openAccess(deps, context.principal);
    if (input.parent_team_id !== null) await requirePlaceBelow(transaction, access, input.parent_team_id);
    await requireRoom({ transaction, access }, "team", userId);
    const { metadata, ...facts } = input;
    const times = { created_at: moment, updated_at: moment };
    const made = { ...facts, ...times, metadata: JSON.stringify(metadata), created_by: userId };
    const team = await insertTeam(transaction, made);
    if (team === undefined) throw conflict("team.name_taken", "There is a team of this name already");
    await insertMember(transaction, { team_id: team.id, user_id: userId, team_role: "owner", joined_at: moment });
    const target = { type: "team", id: team.id };
    const entry = { action: "team.created", target, teamId: team.id, after: input } as const;
    await appendAuditEntry(transaction, context, entry, moment);
    await announceAccessChange(transaction, { userIds: [userId], requestId: context.requestId, now: moment });
    return showTeam({ kysely: transaction, access: await openAccess(deps, context.principal) }, context, team.id);
  });
}

/** Who founds a team below another one manages that one. The tree must be held. */
async function requirePlaceBelow(transaction: Kysely<Tables>, access: Access, parentId: string): Promise<void> {
  requireAuthority(access, parentId);
  const above = await findTeamsAbove(transaction, parentId);
  if (above.length === 0) throw notFound("team", parentId);
  if (above.length >= maximumDepth) throw tooDeep();
}

export function tooDeep(): GaiaError {
  return conflict("team.too_deep", `Teams lie at most ${maximumDepth} deep`);
}
