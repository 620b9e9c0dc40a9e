import { type InputOf, notFound, type teams, userIdOf } from "@gaia/contracts";
import type { Context } from "@gaia/kit/context";
import { type Access, openAccess } from "../access/open-access.ts";
import type { AuthDeps } from "../deps.ts";
import { teamResource } from "./team-access.ts";
import { rowToTeam, selectTeams } from "./team-repository.ts";

export async function getTeam(
  deps: Pick<AuthDeps, "kysely" | "now">,
  context: Context,
  { team_id }: InputOf<typeof teams.getTeam>,
): Promise<teams.Team> {
  const access = await openAccess(deps, context.principal);
  access.requireOn({ kind: "team", id: team_id }, "read", teamResource(team_id));
  return showTeam({ kysely: deps.kysely, access }, context, team_id);
}

/** As the caller sees it who has just founded or changed it, whether their key may read or not. */
export async function showTeam(
  { kysely, access }: Pick<AuthDeps, "kysely"> & { readonly access: Access },
  { principal }: Context,
  teamId: string,
): Promise<teams.Team> {
  const row = await selectTeams(kysely, access, userIdOf(principal)).where("teams.id", "=", teamId).executeTakeFirst();
  if (row === undefined) throw notFound("team", teamId);
  return rowToTeam(row);
}
