import * as z from "zod";
import { Id } from "./access.ts";
import { defineOperation } from "./define.ts";
import { NextCursor, PageInput } from "./pages.ts";
import { Description, DisplayName, EmailAddress, Metadata, Slug, StoredMetadata, Time } from "./place-fields.ts";
import { storableText } from "./storable.ts";

/** From the least to the most. */
export const teamRoles = ["viewer", "member", "admin", "owner"] as const;

export const TeamRole = z.enum(teamRoles);
export type TeamRole = z.infer<typeof TeamRole>;

export const Team = z
  .object({
    id: z.guid(),
    name: z.string(),
    display_name: z.string(),
    description: z.string().nullable(),
    parent_team_id: z.guid().nullable(),
    /** `null` also where one may not see it. */
    parent: z.object({ id: z.guid(), name: z.string(), display_name: z.string() }).nullable(),
    is_active: z.boolean(),
    metadata: StoredMetadata,
    /** The caller's as a member of this very team; what comes from above or from roles does not count. */
    own_role: z.string().nullable(),
    member_count: z.int(),
    created_by: z.guid().nullable(),
    created_at: Time.nullable(),
    updated_at: Time.nullable(),
  })
  .meta({ id: "Team" });
export type Team = z.infer<typeof Team>;

export const TeamMember = z
  .object({
    user_id: z.guid(),
    email: z.string(),
    name: z.string().nullable(),
    /** One of the known roles, unless the original stored another word: that one allows nothing. */
    team_role: z.string().nullable(),
    joined_at: Time.nullable(),
    invited_by: z.guid().nullable(),
  })
  .meta({ id: "TeamMember" });
export type TeamMember = z.infer<typeof TeamMember>;

export const createTeam = defineOperation({
  name: "auth.create-team",
  summary: "Found a team, of which one is the owner then",
  permission: "team:create",
  http: { method: "POST", path: "/api/v1/teams", status: 201 },
  input: z.object({
    name: Slug,
    display_name: DisplayName,
    description: Description.default(null),
    parent_team_id: Id.nullable().default(null),
    metadata: Metadata.default({}),
  }),
  output: Team,
  errors: ["CONFLICT", "FORBIDDEN", "NOT_FOUND"],
});

export const listTeams = defineOperation({
  name: "auth.list-teams",
  summary: "The teams that one may see, by name",
  permission: "signed-in",
  http: { method: "GET", path: "/api/v1/teams" },
  input: z.object({
    ...PageInput,
    parent_team_id: Id.optional(),
    /** Part of a name, in any case. */
    q: storableText(255).optional(),
  }),
  output: z.object({ teams: z.array(Team), next_cursor: NextCursor }),
});

export const getTeam = defineOperation({
  name: "auth.get-team",
  summary: "One team",
  permission: "signed-in",
  http: { method: "GET", path: "/api/v1/teams/{team_id}" },
  input: z.object({ team_id: Id }),
  output: Team,
  errors: ["NOT_FOUND"],
});

export const changeTeam = defineOperation({
  name: "auth.change-team",
  summary: "Describe a team anew; as its owner also move it below another one, or switch it off and on",
  permission: "signed-in",
  http: { method: "PATCH", path: "/api/v1/teams/{team_id}" },
  input: z.object({
    team_id: Id,
    display_name: DisplayName.optional(),
    description: Description.optional(),
    /** `null` takes it out of the one that it is below. */
    parent_team_id: Id.nullable().optional(),
    is_active: z.boolean().optional(),
    metadata: Metadata.optional(),
  }),
  output: Team,
  errors: ["CONFLICT", "FORBIDDEN", "NOT_FOUND"],
});

export const deleteTeam = defineOperation({
  name: "auth.delete-team",
  summary: "Delete a team that has none below it, with its memberships, invitations and what it was given",
  permission: "signed-in",
  http: { method: "DELETE", path: "/api/v1/teams/{team_id}", status: 204 },
  input: z.object({ team_id: Id }),
  output: z.object({}),
  errors: ["CONFLICT", "FORBIDDEN", "NOT_FOUND"],
});

export const listTeamMembers = defineOperation({
  name: "auth.list-team-members",
  summary: "Who is in a team, by address",
  permission: "signed-in",
  http: { method: "GET", path: "/api/v1/teams/{team_id}/members" },
  input: z.object({ ...PageInput, team_id: Id }),
  output: z.object({ members: z.array(TeamMember), next_cursor: NextCursor }),
  errors: ["NOT_FOUND"],
});

/** An account, by either of the two. */
export const Newcomer = { user_id: Id.optional(), email: EmailAddress.optional() };

export const addTeamMember = defineOperation({
  name: "auth.add-team-member",
  summary: "Make somebody a member without asking, as an administrator of accounts or of all teams; others invite",
  permission: "signed-in",
  http: { method: "POST", path: "/api/v1/teams/{team_id}/members", status: 201 },
  input: z.object({ ...Newcomer, team_id: Id, team_role: TeamRole.default("member") }),
  output: TeamMember,
  errors: ["CONFLICT", "FORBIDDEN", "NOT_FOUND"],
});

export const changeTeamMember = defineOperation({
  name: "auth.change-team-member",
  summary: "Give a member another role, at most one's own",
  permission: "signed-in",
  http: { method: "PATCH", path: "/api/v1/teams/{team_id}/members/{user_id}" },
  input: z.object({ team_id: Id, user_id: Id, team_role: TeamRole }),
  output: TeamMember,
  errors: ["CONFLICT", "FORBIDDEN", "NOT_FOUND"],
});

export const removeTeamMember = defineOperation({
  name: "auth.remove-team-member",
  summary: "Remove a member, or leave",
  permission: "signed-in",
  http: { method: "DELETE", path: "/api/v1/teams/{team_id}/members/{user_id}", status: 204 },
  input: z.object({ team_id: Id, user_id: Id }),
  output: z.object({}),
  errors: ["CONFLICT", "FORBIDDEN", "NOT_FOUND"],
});

export const transferTeam = defineOperation({
  name: "auth.transfer-team",
  summary: "Hand a team over to one of its members, and stay as an admin",
  permission: "signed-in",
  http: { method: "POST", path: "/api/v1/teams/{team_id}/transfer" },
  input: z.object({ team_id: Id, user_id: Id }),
  output: Team,
  errors: ["CONFLICT", "FORBIDDEN", "NOT_FOUND"],
});
