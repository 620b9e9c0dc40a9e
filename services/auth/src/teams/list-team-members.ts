import type { InputOf, OutputOf, teams } from "@gaia/contracts";
import type { Context } from "@gaia/kit/context";
import { openAccess } from "../access/open-access.ts";
import type { AuthDeps } from "../deps.ts";
import { EmailCursor } from "../members/email-cursor.ts";
import { cutPage } from "@gaia/kit/pages/cut-page";
import { readCursor } from "@gaia/kit/pages/read-cursor";
import { teamResource } from "./team-access.ts";
import { rowToMember, selectMembers } from "./team-member-repository.ts";
import { requireTeam } from "./team-repository.ts";

export async function listTeamMembers(
  deps: Pick<AuthDeps, "kysely" | "now">,
  { principal }: Context,
  { team_id, limit, cursor }: InputOf<typeof teams.listTeamMembers>,
): Promise<OutputOf<typeof teams.listTeamMembers>> {
  const after = readCursor(EmailCursor, cursor);
  const access = await openAccess(deps, principal);
  access.requireOn({ kind: "team", id: team_id }, "read", teamResource(team_id));
  await requireTeam(deps.kysely, team_id);
  const found = await selectMembers(deps.kysely, team_id)
    .$if(after !== null, (query) => query.where("users.email", ">", after))
    .orderBy("users.email")
    .limit(limit + 1)
    .execute();
  const { rows, next_cursor } = cutPage(found, limit, ({ email }) => email);
  return { members: rows.map(rowToMember), next_cursor };
}
