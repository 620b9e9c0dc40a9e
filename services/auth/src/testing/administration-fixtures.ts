import { randomUUID } from "node:crypto";
import type { Principal } from "@gaia/contracts";
import type { Tables } from "@gaia/db";
import type { Kysely } from "kysely";

export interface Someone {
  readonly userId: string;
  readonly email: string;
  readonly principal: Principal;
}

interface Place {
  readonly context_type: string;
  readonly context_id: string;
}

const globally: Place = { context_type: "global", context_id: "global" };

/** People, and roles for them to have. */
export function createPeople(kysely: Kysely<Tables>) {
  /** Somebody new, with the role `user` as everybody and with others where they are named. */
  async function createPerson(roles: readonly (readonly [name: string, place?: Place])[] = []): Promise<Someone> {
    const userId = randomUUID();
    const email = `${userId}@example.test`;
    await kysely.insertInto("users").values({ id: userId, email }).execute();
    for (const [name, { context_type, context_id } = globally] of roles) {
      const role_id = await roleId(name);
      await kysely.insertInto("user_roles").values({ user_id: userId, role_id, context_type, context_id }).execute();
    }
    return {
      userId,
      email,
      principal: { kind: "user", userId, email, sessionId: null, permissions: ["account:read"] },
    };
  }

  async function roleId(name: string): Promise<string> {
    const { id } = await kysely.selectFrom("roles").select("id").where("name", "=", name).executeTakeFirstOrThrow();
    return id;
  }

  async function permissionId(type: string, action: string, path = "*"): Promise<string> {
    const { id } = await kysely
      .selectFrom("permissions")
      .select("id")
      .where("resource_type", "=", type)
      .where("action", "=", action)
      .where("resource_path", "=", path)
      .executeTakeFirstOrThrow();
    return id;
  }

  /** A custom role with permissions, by their ids. */
  async function createRole(
    ...permissionIds: readonly string[]
  ): Promise<{ readonly id: string; readonly name: string }> {
    const name = `r-${randomUUID().slice(0, 8)}`;
    const { id } = await kysely
      .insertInto("roles")
      .values({ name, display_name: name, role_type: "custom" })
      .returning("id")
      .executeTakeFirstOrThrow();
    for (const permission_id of permissionIds) {
      await kysely.insertInto("role_permissions").values({ role_id: id, permission_id }).execute();
    }
    return { id, name };
  }

  return { createPerson, roleId, permissionId, createRole };
}

/** The person as a key of theirs. */
export function keyOf({ userId, email }: Someone, scopes: string[]): Principal {
  const limits = { requestsPerMinute: null, tokensPerMinute: null };
  const facts = { userId, email, apiKeyId: randomUUID(), limits, permissions: ["account:read"] };
  return { kind: "api-key", grants: scopes, ...facts };
}

/** Where people can be members. */
export function createPlaces(kysely: Kysely<Tables>) {
  async function createTeam(
    parentId: string | null = null,
    ...members: readonly Someone[]
  ): Promise<Place & { id: string }> {
    const id = randomUUID();
    await kysely.insertInto("teams").values({ id, name: id, display_name: id, parent_team_id: parentId }).execute();
    for (const { userId } of members) {
      await kysely.insertInto("team_members").values({ team_id: id, user_id: userId, team_role: "member" }).execute();
    }
    return { id, context_type: "team", context_id: id };
  }

  async function createWorkspace(owner: Someone, ...members: readonly Someone[]): Promise<Place & { id: string }> {
    const id = randomUUID();
    await kysely.insertInto("workspaces").values({ id, name: id, display_name: id, owner_id: owner.userId }).execute();
    for (const { userId } of [owner, ...members]) {
      await kysely.insertInto("workspace_members").values({ workspace_id: id, user_id: userId }).execute();
    }
    return { id, context_type: "workspace", context_id: id };
  }

  return { createTeam, createWorkspace };
}
