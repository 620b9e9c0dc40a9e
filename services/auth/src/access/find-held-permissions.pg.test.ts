import { permissionNames, permissions } from "@gaia/contracts";
import { describe, expect, test } from "vitest";
import { openAuthWorld } from "../testing/open-auth-world.ts";
import { assignGlobalRole } from "./assign-global-role.ts";
import { findHeldPermissions } from "./find-held-permissions.ts";

const world = await openAuthWorld();

// What is asked about one's own things.
const own = permissionNames.filter((name) => {
  const { decidedBy } = permissions[name];
  return typeof decidedBy !== "string" && "isOwn" in decidedBy;
});
const everyday = ["chat:create", "conversation:read", "model:read", "persona:read", "team:create", "workspace:create"];

const inOrder = (names: readonly string[]) => permissionNames.filter((name) => names.includes(name));

async function setup() {
  const { deps, kysely, storeKey } = await world.setup();
  const { userId, id: apiKeyId } = await storeKey();
  const held = () => findHeldPermissions(deps, { kind: "user", userId });
  const heldByKey = (scopes: string[]) =>
    findHeldPermissions(deps, { kind: "api-key", userId, apiKeyId, grants: scopes });
  const permissionId = async (type: string, action: string, path = "*") =>
    (
      await kysely
        .selectFrom("permissions")
        .select("id")
        .where("resource_type", "=", type)
        .where("action", "=", action)
        .where("resource_path", "=", path)
        .executeTakeFirstOrThrow()
    ).id;
  const decree = async (permission: string, granted: boolean, expiresAt: Date | null = null) =>
    kysely
      .insertInto("user_permissions")
      .values({
        user_id: userId,
        permission_id: permission,
        granted,
        context_type: "global",
        context_id: "global",
        expires_at: expiresAt,
      })
      .execute();
  return { deps, kysely, userId, held, heldByKey, permissionId, decree };
}

describe("what an account holds", () => {
  test("from its first moment on is what the role `user` gives", async () => {
    const { held } = await setup();
    expect(await held()).toEqual({ permissions: inOrder([...own, ...everyday]), endsAt: null });
  });

  test("without any role is its own account", async () => {
    const { held, kysely, userId } = await setup();
    await kysely.deleteFrom("user_roles").where("user_id", "=", userId).execute();
    expect((await held()).permissions).toEqual(own);
  });

  test("as an administrator is everything", async () => {
    const { held, kysely, userId } = await setup();
    await assignGlobalRole(kysely, { userId, roleName: "super_admin" });
    expect((await held()).permissions).toEqual(inOrder([...own, ...everyday, "user:administer"]));
  });

  test("is less by what was denied, whatever else gives it", async () => {
    const { held, kysely, userId, decree, permissionId } = await setup();
    await assignGlobalRole(kysely, { userId, roleName: "super_admin" });
    await decree(await permissionId("chat", "create"), false);
    expect((await held()).permissions).not.toContain("chat:create");
  });

  test("is nothing when it is switched off", async () => {
    const { held, kysely, userId } = await setup();
    await kysely.updateTable("users").set({ is_active: false }).where("id", "=", userId).execute();
    expect((await held()).permissions).toEqual([]);
  });

  test("ends with the first grant that ends", async () => {
    const { held, decree, permissionId } = await setup();
    await decree(await permissionId("admin", "users"), true, new Date("2026-11-24T12:30:00.000Z"));
    await decree(await permissionId("admin", "roles"), true, new Date("2026-11-24T11:00:00.000Z"));
    expect(await held()).toMatchObject({
      permissions: expect.arrayContaining(["user:administer"]),
      endsAt: new Date("2026-11-24T12:30:00.000Z"),
    });
  });

  test("through a key is what its scopes name, and never more than the user's", async () => {
    const { heldByKey } = await setup();
    expect((await heldByKey(["chat:create", "admin:users"])).permissions).toEqual(["chat:create"]);
    expect((await heldByKey(["*"])).permissions).toEqual(inOrder([...own, ...everyday]));
    expect((await heldByKey(["api-key:read"])).permissions).toEqual(["api-key:read"]);
  });
});

test("paths of routes that were denied are told, and nothing where none was", async () => {
  const { held, decree, permissionId } = await setup();
  expect(await held()).not.toHaveProperty("closedPaths");
  await decree(await permissionId("api", "access", "/api/v1/chat/*"), false);
  await decree(await permissionId("api", "access", "/api/v1/assets/*"), true);
  expect((await held()).closedPaths).toEqual(["/api/v1/chat/*"]);
});
