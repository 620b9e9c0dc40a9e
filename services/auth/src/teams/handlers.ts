import { teams } from "@gaia/contracts";
import { type Binding, implement } from "@gaia/kit/binding";
import type { AuthDeps } from "../deps.ts";
import { addTeamMember } from "./add-team-member.ts";
import { changeTeamMember } from "./change-team-member.ts";
import { changeTeam } from "./change-team.ts";
import { createTeam } from "./create-team.ts";
import { deleteTeam } from "./delete-team.ts";
import { getTeam } from "./get-team.ts";
import { listTeamMembers } from "./list-team-members.ts";
import { listTeams } from "./list-teams.ts";
import { removeTeamMember } from "./remove-team-member.ts";
import { transferTeam } from "./transfer-team.ts";

export const teamHandlers = (deps: AuthDeps): Binding[] => [
  implement(teams.createTeam, (context, input) => createTeam(deps, context, input)),
  implement(teams.listTeams, (context, input) => listTeams(deps, context, input)),
  implement(teams.getTeam, (context, input) => getTeam(deps, context, input)),
  implement(teams.changeTeam, (context, input) => changeTeam(deps, context, input)),
  implement(teams.deleteTeam, async (context, input) => {
    await deleteTeam(deps, context, input);
    return {};
  }),
  implement(teams.listTeamMembers, (context, input) => listTeamMembers(deps, context, input)),
  implement(teams.addTeamMember, (context, input) => addTeamMember(deps, context, input)),
  implement(teams.changeTeamMember, (context, input) => changeTeamMember(deps, context, input)),
  implement(teams.removeTeamMember, async (context, input) => {
    await removeTeamMember(deps, context, input);
    return {};
  }),
  implement(teams.transferTeam, (context, input) => transferTeam(deps, context, input)),
];
