import { type InputOf, type OutputOf, type teams, userIdOf } from "@gaia/contracts";
import type { Context } from "@gaia/kit/context";
import { sql } from "kysely";
import { openAccess } from "../access/open-access.ts";
import type { AuthDeps } from "../deps.ts";
import { NameCursor } from "../members/name-cursor.ts";
import { containsText } from "../pages/contains-text.ts";
import { cutPage } from "@gaia/kit/pages/cut-page";
import { readCursor } from "@gaia/kit/pages/read-cursor";
import { rowToTeam, selectTeams } from "./team-repository.ts";

export async function listTeams(
  deps: Pick<AuthDeps, "kysely" | "now">,
  { principal }: Context,
  input: InputOf<typeof teams.listTeams>,
): Promise<OutputOf<typeof teams.listTeams>> {
  const { limit, q, parent_team_id } = input;
  const after = readCursor(NameCursor, input.cursor);
  const access = await openAccess(deps, principal);
  const columns = { id: sql.ref<string>("teams.id"), teamId: sql.ref<string>("teams.id") };
  const found = await selectTeams(deps.kysely, access, userIdOf(principal))
    .where(access.filter({ action: "read", type: "team" }, columns))
    .$if(after !== null, (query) => query.where("teams.name", ">", after))
    .$if(parent_team_id !== undefined, (query) => query.where("teams.parent_team_id", "=", parent_team_id ?? null))
    .$if(q !== undefined, (query) => query.where(containsText(["teams.name", "teams.display_name"], q ?? "")))
    .orderBy("teams.name")
    .limit(limit + 1)
    .execute();
  const { rows, next_cursor } = cutPage(found, limit, ({ name }) => name);
  return { teams: rows.map(rowToTeam), next_cursor };
}
