import * as z from "zod";
import { Action, Id, ResourcePattern, ResourceType } from "./access.ts";
import { defineOperation } from "./define.ts";
import { NextCursor, PageInput } from "./pages.ts";
import { NamedTime, Time } from "./place-fields.ts";
import { ContextInput } from "./roles.ts";

const GrantFacts = {
  id: z.guid(),
  principal_id: z.string(),
  granted_at: Time.nullable(),
  granted_by: z.guid().nullable(),
  expires_at: Time.nullable(),
};

/** To a user: a permission in a context, allowed or forbidden. */
const PermissionGrant = z
  .object({
    ...GrantFacts,
    principal_type: z.literal("user"),
    permission_id: z.guid(),
    resource_type: z.string(),
    resource_path: z.string().nullable(),
    action: z.string(),
    granted: z.boolean().describe("false forbids, whatever else allows it"),
    context_type: z.string(),
    context_id: z.string(),
  })
  .meta({ id: "PermissionGrant" });

/** To a team, workspace or role: actions on a resource or on all that a pattern names. */
const ResourceGrant = z
  .object({
    ...GrantFacts,
    principal_type: z.enum(["user", "team", "workspace", "role"]),
    resource_type: z.string(),
    resource: z.string(),
    actions: z.array(z.string()),
  })
  .meta({ id: "ResourceGrant" });

const Grant = z.union([PermissionGrant, ResourceGrant]);
export type Grant = z.infer<typeof Grant>;

export const listGrants = defineOperation({
  name: "auth.list-grants",
  summary: "What was given to or taken from users, teams, workspaces and roles, as far as one administers it",
  permission: "signed-in",
  http: { method: "GET", path: "/api/v1/permissions/grants" },
  input: z
    .object({
      principal_type: z.enum(["user", "team", "workspace", "role"]).optional(),
      principal_id: Id.optional(),
      ...PageInput,
    })
    .refine(({ principal_type, principal_id }) => principal_id === undefined || principal_type !== undefined, {
      path: ["principal_type"],
      error: "Missing beside principal_id",
    }),
  output: z.object({ grants: z.array(Grant), next_cursor: NextCursor }),
});

const GrantInput = z.discriminatedUnion("principal_type", [
  z.object({
    principal_type: z.literal("user"),
    principal_id: Id,
    permission_id: Id,
    granted: z.boolean().default(true).describe("false forbids, whatever else allows it"),
    ...ContextInput,
    expires_at: NamedTime.nullish(),
  }),
  z.object({
    principal_type: z.enum(["team", "workspace", "role"]),
    principal_id: Id,
    resource_type: ResourceType,
    resource: ResourcePattern.min(1).describe("The path or id of one, or a pattern such as /kb/shared/*"),
    actions: z.array(Action).min(1).max(20),
    expires_at: NamedTime.nullish(),
  }),
]);
export type GrantInput = z.infer<typeof GrantInput>;

export const createGrant = defineOperation({
  name: "auth.create-grant",
  summary: "Give or forbid something that one may do oneself; the same grant once more replaces the first",
  permission: "signed-in",
  http: { method: "POST", path: "/api/v1/permissions/grants", status: 201 },
  input: GrantInput,
  output: Grant,
  errors: ["NOT_FOUND", "CONFLICT"],
});

export const withdrawGrant = defineOperation({
  name: "auth.withdraw-grant",
  summary: "Take a grant or a denial back",
  permission: "signed-in",
  http: { method: "DELETE", path: "/api/v1/permissions/grants/{grant_id}", status: 204 },
  input: z.object({ grant_id: Id }),
  output: z.object({}),
  errors: ["NOT_FOUND"],
});
