import * as z from "zod";
import { Action, Id, ResourcePattern, ResourceType } from "./access.ts";
import { defineOperation } from "./define.ts";
import { NextCursor, PageInput } from "./pages.ts";
import { NamedTime, Time } from "./place-fields.ts";
import { storableText as text } from "./storable.ts";

const Permission = z
  .object({
    id: z.guid(),
    resource_type: z.string(),
    resource_path: z.string().nullable().describe("null, as *, is every resource of the type"),
    action: z.string(),
    description: z.string().nullable(),
    created_at: Time.nullable(),
  })
  .meta({ id: "Permission" });

const Role = z
  .object({
    id: z.guid(),
    name: z.string(),
    display_name: z.string(),
    description: z.string().nullable(),
    role_type: z.string().describe("system, custom, team or workspace"),
    is_active: z.boolean(),
    permission_count: z.int(),
    assignment_count: z.int().describe("Of those that hold now and that one may see"),
    created_at: Time.nullable(),
    updated_at: Time.nullable(),
  })
  .meta({ id: "Role" });

const RoleWithPermissions = Role.extend({ permissions: z.array(Permission) }).meta({ id: "RoleWithPermissions" });

/** No uuid, and so no id of another role: a grant may name a role by either. */
const RoleName = z
  .string()
  .max(100)
  .regex(/^[a-z][a-z0-9_-]*$/, "Small letters, digits, - and _, beginning with a letter")
  .refine((name) => !z.guid().safeParse(name).success, "Looks like an id");
const DisplayName = text(255).trim().min(1);
const Description = text(2000).nullish();

export const listRoles = defineOperation({
  name: "auth.list-roles",
  summary: "All roles, by name",
  permission: "signed-in",
  http: { method: "GET", path: "/api/v1/roles" },
  input: z.object({ role_type: z.enum(["system", "custom", "team", "workspace"]).optional(), ...PageInput }),
  output: z.object({ roles: z.array(Role), next_cursor: NextCursor }),
});

export const createRole = defineOperation({
  name: "auth.create-role",
  summary: "Make a custom role, without permissions at first",
  permission: "signed-in",
  http: { method: "POST", path: "/api/v1/roles", status: 201 },
  input: z.object({ name: RoleName, display_name: DisplayName.optional(), description: Description }),
  output: RoleWithPermissions,
  errors: ["CONFLICT"],
});

export const getRole = defineOperation({
  name: "auth.get-role",
  summary: "A role with its permissions",
  permission: "signed-in",
  http: { method: "GET", path: "/api/v1/roles/{role_id}" },
  input: z.object({ role_id: Id }),
  output: RoleWithPermissions,
  errors: ["NOT_FOUND"],
});

export const changeRole = defineOperation({
  name: "auth.change-role",
  summary: "Describe a role differently, or switch it on or off",
  permission: "signed-in",
  http: { method: "PATCH", path: "/api/v1/roles/{role_id}" },
  input: z.object({
    role_id: Id,
    display_name: DisplayName.optional(),
    description: Description,
    is_active: z.boolean().optional(),
  }),
  output: RoleWithPermissions,
  errors: ["NOT_FOUND", "CONFLICT"],
});

export const deleteRole = defineOperation({
  name: "auth.delete-role",
  summary: "Delete a custom role with its assignments, and whatever was granted to or shared with it",
  permission: "signed-in",
  http: { method: "DELETE", path: "/api/v1/roles/{role_id}", status: 204 },
  input: z.object({ role_id: Id }),
  output: z.object({}),
  errors: ["NOT_FOUND", "CONFLICT"],
});

export const addRolePermission = defineOperation({
  name: "auth.add-role-permission",
  summary: "Let a role's holders do something more, which one must be allowed everywhere oneself",
  permission: "signed-in",
  http: { method: "PUT", path: "/api/v1/roles/{role_id}/permissions/{permission_id}" },
  input: z.object({ role_id: Id, permission_id: Id }),
  output: RoleWithPermissions,
  errors: ["NOT_FOUND"],
});

export const removeRolePermission = defineOperation({
  name: "auth.remove-role-permission",
  summary: "Take a permission out of a role",
  permission: "signed-in",
  http: { method: "DELETE", path: "/api/v1/roles/{role_id}/permissions/{permission_id}", status: 204 },
  input: z.object({ role_id: Id, permission_id: Id }),
  output: z.object({}),
  errors: ["NOT_FOUND"],
});

/** Where it counts: everywhere, in a team and those below it, in a workspace, or on a path, pattern or id. */
export const ContextInput = {
  context_type: z.enum(["global", "team", "workspace", "resource"]).default("global"),
  context_id: ResourcePattern.min(1).optional().describe("Of the team, workspace or resource; global has none"),
};

const AssignmentInput = {
  role_id: Id,
  user_id: Id.optional().describe("This or the e-mail address"),
  email: text(255).min(1).optional(),
  ...ContextInput,
};

const RoleAssignment = z
  .object({
    role_id: z.guid(),
    user_id: z.guid(),
    email: z.string(),
    context_type: z.string(),
    context_id: z.string(),
    assigned_at: Time.nullable(),
    assigned_by: z.guid().nullable(),
    expires_at: Time.nullable(),
  })
  .meta({ id: "RoleAssignment" });

export const listAssignments = defineOperation({
  name: "auth.list-assignments",
  summary: "Who holds a role and where, as far as one administers it",
  permission: "signed-in",
  http: { method: "GET", path: "/api/v1/roles/{role_id}/assignments" },
  input: z.object({ role_id: Id, ...PageInput }),
  output: z.object({ assignments: z.array(RoleAssignment), next_cursor: NextCursor }),
  errors: ["NOT_FOUND"],
});

export const assignRole = defineOperation({
  name: "auth.assign-role",
  summary: "Give somebody a role, or another end of it; one must hold all of it there oneself",
  permission: "signed-in",
  http: { method: "POST", path: "/api/v1/roles/{role_id}/assignments", status: 201 },
  input: z.object({ ...AssignmentInput, expires_at: NamedTime.nullish() }),
  output: RoleAssignment,
  errors: ["NOT_FOUND", "CONFLICT"],
});

export const unassignRole = defineOperation({
  name: "auth.unassign-role",
  summary: "Take a role from somebody; the last administrator keeps theirs",
  permission: "signed-in",
  http: { method: "DELETE", path: "/api/v1/roles/{role_id}/assignments", status: 204 },
  input: z.object(AssignmentInput),
  output: z.object({}),
  errors: ["NOT_FOUND", "CONFLICT"],
});

export const listOwnRoles = defineOperation({
  name: "auth.list-own-roles",
  summary: "The roles that one holds, and where",
  permission: "account:read",
  http: { method: "GET", path: "/api/v1/auth/roles" },
  input: z.object({}),
  output: z.object({
    roles: z.array(
      z.object({
        role_id: z.guid(),
        name: z.string(),
        display_name: z.string(),
        is_active: z.boolean().describe("A role that is switched off allows nothing"),
        context_type: z.string(),
        context_id: z.string(),
        assigned_at: Time.nullable(),
        expires_at: Time.nullable(),
      }),
    ),
    next_cursor: z.null(),
  }),
});

export const listPermissions = defineOperation({
  name: "auth.list-permissions",
  summary: "All permissions that roles and grants can name",
  permission: "signed-in",
  http: { method: "GET", path: "/api/v1/permissions" },
  input: z.object({ resource_type: text(100).optional(), action: text(50).optional(), ...PageInput }),
  output: z.object({ permissions: z.array(Permission), next_cursor: NextCursor }),
});

export const createPermission = defineOperation({
  name: "auth.create-permission",
  summary: "Make a permission, which nobody holds at first",
  permission: "signed-in",
  http: { method: "POST", path: "/api/v1/permissions", status: 201 },
  input: z.object({
    resource_type: ResourceType,
    resource_path: ResourcePattern.min(1).nullish(),
    action: Action,
    description: Description,
  }),
  output: Permission,
  errors: ["CONFLICT"],
});

export const deletePermission = defineOperation({
  name: "auth.delete-permission",
  summary: "Delete a permission; one that roles or users have only by force, and then from all of them",
  permission: "signed-in",
  http: { method: "DELETE", path: "/api/v1/permissions/{permission_id}", status: 204 },
  input: z.object({ permission_id: Id, force: z.enum(["true", "false"]).default("false") }),
  output: z.object({}),
  errors: ["NOT_FOUND", "CONFLICT"],
});
