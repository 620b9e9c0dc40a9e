import type { Tables } from "@gaia/db";
import { type Kysely, sql } from "kysely";
import type { AccessFacts } from "../access-facts.ts";
import { ada, ben } from "./small-world.ts";

/** Writes the facts into empty tables, as the product would have stored them. */
export async function storeFacts(kysely: Kysely<Tables>, facts: AccessFacts): Promise<void> {
  await sql`truncate users, roles, permissions, teams, workspaces, shared_resources, resource_permissions cascade`.execute(
    kysely,
  );
  const isActive = facts.subject.kind === "user" ? facts.subject.isActive : true;
  await kysely
    .insertInto("users")
    .values([
      { id: ada, email: "ada@example.test", is_active: isActive },
      { id: ben, email: "ben@example.test" },
    ])
    .execute();
  await storePlaces(kysely, facts);
  await storeRoles(kysely, facts);
  await storeGrants(kysely, facts);
}

async function storePlaces(kysely: Kysely<Tables>, facts: AccessFacts): Promise<void> {
  for (const { id, parentId, isActive } of facts.teams) {
    const names = { name: id, display_name: id };
    await kysely
      .insertInto("teams")
      .values({ id, ...names, parent_team_id: parentId, is_active: isActive })
      .execute();
  }
  for (const { id, isActive, expiresAt } of facts.workspaces) {
    const names = { name: id, display_name: id };
    const state = isActive ? {} : { status: "archived" };
    await kysely
      .insertInto("workspaces")
      .values({ id, ...names, ...state, expires_at: expiresAt })
      .execute();
  }
  for (const { teamId, teamRole } of facts.teamMemberships) {
    await kysely.insertInto("team_members").values({ user_id: ada, team_id: teamId, team_role: teamRole }).execute();
  }
  for (const { workspaceId } of facts.workspaceMemberships) {
    await kysely.insertInto("workspace_members").values({ user_id: ada, workspace_id: workspaceId }).execute();
  }
}

async function storeRoles(kysely: Kysely<Tables>, facts: AccessFacts): Promise<void> {
  const permissions = [
    ...facts.roles.flatMap((role) => role.permissions),
    ...facts.userPermissions.map(({ permission }) => permission),
  ];
  for (const { id, type, path, action } of new Map(permissions.map((each) => [each.id, each])).values()) {
    await kysely.insertInto("permissions").values({ id, resource_type: type, resource_path: path, action }).execute();
  }
  for (const { id, name, isActive, permissions: held } of facts.roles) {
    const names = { name, display_name: name, role_type: "custom" };
    await kysely
      .insertInto("roles")
      .values({ id, ...names, is_active: isActive })
      .execute();
    for (const permission of held) {
      await kysely.insertInto("role_permissions").values({ role_id: id, permission_id: permission.id }).execute();
    }
  }
}

async function storeGrants(kysely: Kysely<Tables>, facts: AccessFacts): Promise<void> {
  for (const { roleId, context, expiresAt } of facts.roleAssignments) {
    const place = { context_type: context.type, context_id: context.id, expires_at: expiresAt };
    await kysely
      .insertInto("user_roles")
      .values({ user_id: ada, role_id: roleId, ...place })
      .execute();
  }
  for (const { permission, granted, context, expiresAt } of facts.userPermissions) {
    const place = { context_type: context.type, context_id: context.id, expires_at: expiresAt };
    await kysely
      .insertInto("user_permissions")
      .values({ user_id: ada, permission_id: permission.id, granted, ...place })
      .execute();
  }
  for (const { id, type, resource, grantee, actions, expiresAt } of facts.resourcePermissions) {
    const whom = { principal_type: grantee.type, principal_id: grantee.id };
    await kysely
      .insertInto("resource_permissions")
      .values({
        id,
        resource_type: type,
        resource_id: resource,
        ...whom,
        permissions: [...actions],
        expires_at: expiresAt,
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
  for (const { id, type, resource, grantee, actions, isActive, expiresAt } of facts.shares) {
    const recipient =
      grantee === "everyone"
        ? { share_type: "public" }
        : { metadata: JSON.stringify({ shared_with_type: grantee.type, shared_with_id: grantee.id }) };
    await kysely
      .insertInto("shared_resources")
      .values({
        id,
        resource_type: type,
        resource_id: resource,
        shared_by: ben,
        permissions: [...actions],
        is_active: isActive,
        expires_at: expiresAt,
        ...recipient,
      })
      .execute();
  }
}
