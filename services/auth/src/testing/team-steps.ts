import { type OutputOf, teams } from "@gaia/contracts";
import type { PlacesWorld, TestPerson } from "./open-places-world.ts";

/** A person who founds teams. */
export function founding({ call }: Pick<PlacesWorld, "call">, founder: TestPerson) {
  return (name: string, parent: string | null = null): Promise<OutputOf<typeof teams.createTeam>> =>
    call(founder, teams.createTeam, { name, display_name: `The ${name}`, parent_team_id: parent });
}

/** Without asking anybody. */
export async function join(
  { kysely }: Pick<PlacesWorld, "kysely">,
  team: { readonly id: string },
  { id }: TestPerson,
  team_role: string | null,
): Promise<void> {
  await kysely.insertInto("team_members").values({ team_id: team.id, user_id: id, team_role }).execute();
}
