import { randomUUID } from "node:crypto";
import { GaiaError, isGaiaError } from "@gaia/contracts";
import { describe, expect, test } from "vitest";
import { assignGlobalRole } from "../access/assign-global-role.ts";
import { openAccountWorld } from "../testing/open-account-world.ts";
import { stranger } from "../testing/open-identity-world.ts";
import type { SessionOwner } from "./account-provider.ts";
import { eraseAccount } from "./erase-account.ts";

const { setup } = await openAccountWorld();
const password = "correct horse";

type World = Awaited<ReturnType<typeof setup>>;

async function failureOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "none",
    (error: unknown) => (isGaiaError(error) ? `${error.status} ${error.reason}` : String(error)),
  );
}

async function makeTeam({ kysely }: World, roles: Readonly<Record<string, string>>): Promise<string> {
  const id = randomUUID();
  await kysely.insertInto("teams").values({ id, name: id, display_name: "Team" }).execute();
  for (const [user_id, team_role] of Object.entries(roles)) {
    await kysely.insertInto("team_members").values({ team_id: id, user_id, team_role }).execute();
  }
  return id;
}

async function makeWorkspace({ kysely }: World, ownerId: string, members: readonly string[]): Promise<string> {
  const id = randomUUID();
  const owner = { created_by: ownerId, owner_id: ownerId };
  await kysely
    .insertInto("workspaces")
    .values({ id, name: id, display_name: "W", ...owner })
    .execute();
  for (const user_id of members) {
    await kysely.insertInto("workspace_members").values({ workspace_id: id, user_id }).execute();
  }
  return id;
}

/** Something of everything that a person can leave behind. */
async function leaveTraces({ kysely }: World, { id, email }: { readonly id: string; readonly email: string }) {
  const conversation = randomUUID();
  const [persona] = await kysely.selectFrom("personas").select("id").execute();
  const said = { conversation_id: conversation, role: "user", content: "my secret wish" };
  await kysely.insertInto("conversations").values({ id: conversation, user_id: id, title: "mine" }).execute();
  await kysely
    .insertInto("chat_messages")
    .values({ ...said, user_id: id })
    .execute();
  await kysely
    .insertInto("user_persona_preferences")
    .values({ user_id: id, persona_id: persona?.id ?? "" })
    .execute();
  for (const visibility of ["private", "public"]) {
    const text = visibility === "private" ? "like lovelace" : "like anybody";
    await kysely
      .insertInto("personas")
      .values({ name: `${visibility} one`, description: "", system_prompt: text, created_by: id, visibility })
      .execute();
  }
  await kysely
    .insertInto("shared_resources")
    .values({ resource_type: "conversation", resource_id: conversation, shared_by: id, permissions: ["read"] })
    .execute();
  await kysely
    .insertInto("resource_permissions")
    .values({
      resource_type: "kb",
      resource_id: "/kb/a",
      principal_type: "user",
      principal_id: id,
      permissions: ["read"],
    })
    .execute();
  await kysely
    .insertInto("kb_documents")
    .values({ path: `/kb/users/${id}/diary.md`, document: JSON.stringify({ content: "my secret wish" }) })
    .execute();
  await kysely
    .insertInto("kb_activity_log")
    .values({ action: "read", actor_id: email, ip_address: "192.0.2.1", user_agent: "a browser" })
    .execute();
  await kysely.insertInto("asset_usage").values({ user_id: id, usage_type: "view" }).execute();
  await kysely.insertInto("usage_records").values({ user_id: id, operation: "chat" }).execute();
  return conversation;
}

async function dump({ kysely }: World): Promise<string> {
  const tables = [
    "users",
    "auth.users",
    "auth.identities",
    "auth.sessions",
    "auth.one_time_tokens",
    "api_keys",
    "conversations",
    "chat_messages",
    "personas",
    "user_persona_preferences",
    "shared_resources",
    "resource_permissions",
    "kb_documents",
    "kb_document_history",
    "kb_activity_log",
    "team_members",
    "invitations",
    "event_outbox",
    "permission_audit_log",
  ] as const;
  const rows = await Promise.all(tables.map((table) => kysely.selectFrom(table).selectAll().execute()));
  return JSON.stringify(rows);
}

describe("an erased account", () => {
  test("leaves an id and nothing else", async () => {
    const world = await setup();
    const { kysely, accounts, principalOf, member, trail } = world;
    const { id, email, session, owner } = await member("lovelace@example.test");
    await world.kysely.updateTable("users").set({ name: "Lovelace" }).where("id", "=", id).execute();
    await leaveTraces(world, { id, email });
    await kysely
      .insertInto("api_keys")
      .values({ user_id: id, key_hash: "a".repeat(64), name: "mine" })
      .execute();

    await eraseAccount(accounts, owner, { password });

    const left = await dump(world);
    expect(left).not.toMatch(/lovelace/i);
    expect(left).not.toContain("my secret wish");
    expect(left).toContain("like anybody");
    expect(await kysely.selectFrom("users").select(["id", "email", "name", "is_active"]).execute()).toEqual([
      { id, email: `${id}@gaia.local`, name: null, is_active: false },
    ]);
    for (const table of ["auth.users", "auth.sessions", "api_keys", "conversations", "user_roles"] as const) {
      expect(await kysely.selectFrom(table).selectAll().execute()).toEqual([]);
    }
    // What was used and paid stays, without a name.
    expect(await kysely.selectFrom("usage_records").select("user_id").execute()).toMatchObject([{ user_id: id }]);
    expect(await principalOf(session.access_token)).toBeNull();
    expect((await trail()).map(({ event_type }) => event_type)).toContain("user.erased");
  });

  test("is told to every cache: keys, sessions and what one may", async () => {
    const world = await setup();
    const { kysely, accounts, member } = world;
    const { id, owner } = await member();
    const hash = "b".repeat(64);
    await kysely.insertInto("api_keys").values({ user_id: id, key_hash: hash, name: "mine" }).execute();

    await eraseAccount(accounts, owner, { password });

    const events = await kysely.selectFrom("event_outbox").select(["subject", "payload"]).execute();
    expect(events).toEqual(
      expect.arrayContaining([
        { subject: "gaia.auth.api_key.revoked", payload: expect.objectContaining({ key_hash: hash }) },
        { subject: "gaia.auth.access.changed", payload: expect.objectContaining({ user_ids: [id] }) },
        {
          subject: "gaia.auth.session.revoked",
          payload: expect.objectContaining({ user_id: id, session_ids: null }),
        },
      ]),
    );
  });

  test("can be signed up for again, and is another one then", async () => {
    const { accounts, member } = await setup();
    const first = await member();
    await eraseAccount(accounts, first.owner, { password });

    expect((await member()).id).not.toBe(first.id);
  });

  test("of somebody else is as it was", async () => {
    const world = await setup();
    const { kysely, accounts, member } = world;
    const [ada, grace] = [await member(), await member("grace@example.test")];
    const kept = await leaveTraces(world, grace);
    await eraseAccount(accounts, ada.owner, { password });

    expect(await kysely.selectFrom("conversations").select("id").execute()).toEqual([{ id: kept }]);
    expect(await kysely.selectFrom("kb_documents").select("path").execute()).toEqual([
      { path: `/kb/users/${grace.id}/diary.md` },
    ]);
    expect(await world.principalOf(grace.session.access_token)).toMatchObject({ userId: grace.id });
  });
});

describe("to erase an account", () => {
  test("one shows the password, or has just come by a mailed link", async () => {
    const { accounts, member, kysely } = await setup();
    const { id, owner } = await member();

    expect(await failureOf(eraseAccount(accounts, owner, { password: "wrong" }))).toBe(
      "400 identity.current_password_wrong",
    );
    expect(await failureOf(eraseAccount(accounts, owner, {}))).toBe("400 identity.current_password_required");
    expect(await kysely.selectFrom("users").select("is_active").where("id", "=", id).execute()).toEqual([
      { is_active: true },
    ]);
  });

  test("one must not be the only owner of a team", async () => {
    const world = await setup();
    const { accounts, member, kysely } = world;
    const [ada, grace] = [await member(), await member("grace@example.test")];
    const team = await makeTeam(world, { [ada.id]: "owner", [grace.id]: "admin" });

    expect(await failureOf(eraseAccount(accounts, ada.owner, { password }))).toBe("409 account.last_owner");
    expect(await kysely.selectFrom("team_members").select("user_id").execute()).toHaveLength(2);
    await kysely.updateTable("team_members").set({ team_role: "owner" }).where("user_id", "=", grace.id).execute();
    expect(await failureOf(eraseAccount(accounts, ada.owner, { password }))).toBe("none");
    expect(await kysely.selectFrom("teams").select("id").execute()).toEqual([{ id: team }]);
  });

  test("two owners at the same moment cannot both go", async () => {
    const world = await setup();
    const { accounts, member, kysely } = world;
    const [ada, grace] = [await member(), await member("grace@example.test")];
    await makeTeam(world, { [ada.id]: "owner", [grace.id]: "owner" });

    const outcomes = await Promise.all(
      [ada.owner, grace.owner].map((owner) => failureOf(eraseAccount(accounts, owner, { password }))),
    );

    expect(outcomes.toSorted()).toEqual(["409 account.last_owner", "none"]);
    expect(await kysely.selectFrom("team_members").select("team_role").execute()).toEqual([{ team_role: "owner" }]);
  });

  test("one must not own a workspace that others are in; one without others goes along", async () => {
    const world = await setup();
    const { accounts, member, kysely } = world;
    const [ada, grace] = [await member(), await member("grace@example.test")];
    await makeWorkspace(world, ada.id, [ada.id]);
    const shared = await makeWorkspace(world, ada.id, [ada.id, grace.id]);

    expect(await failureOf(eraseAccount(accounts, ada.owner, { password }))).toBe("409 account.last_owner");
    expect(await kysely.selectFrom("workspaces").select("id").execute()).toHaveLength(2);
    await kysely.updateTable("workspaces").set({ owner_id: grace.id }).where("id", "=", shared).execute();
    expect(await failureOf(eraseAccount(accounts, ada.owner, { password }))).toBe("none");
    expect(await kysely.selectFrom("workspaces").select("id").execute()).toEqual([{ id: shared }]);
  });

  test("one must not be the last who may do everything", async () => {
    const { accounts, kysely, member } = await setup();
    const { id, owner } = await member();
    await assignGlobalRole(kysely, { userId: id, roleName: "super_admin" });

    expect(await failureOf(eraseAccount(accounts, owner, { password }))).toBe("409 role.last_administrator");
    const second = await member("ben@example.test");
    await assignGlobalRole(kysely, { userId: second.id, roleName: "super_admin" });
    expect(await failureOf(eraseAccount(accounts, owner, { password }))).toBe("none");
  });

  test("all of it happens, or nothing: a provider that refuses undoes the rest", async () => {
    const world = await setup();
    const { id, owner } = await world.member();
    const provider = {
      ...world.accounts.provider,
      deleteUser: () => Promise.reject(new GaiaError("UNAVAILABLE", "The identity provider is not available")),
    };

    expect(await failureOf(eraseAccount({ ...world.accounts, provider }, owner, { password }))).toMatch(/^503/);
    expect(
      await world.kysely.selectFrom("users").select(["email", "is_active"]).where("id", "=", id).execute(),
    ).toEqual([{ email: "ada@example.test", is_active: true }]);
  });

  test("a session that is over does not do", async () => {
    const world = await setup();
    const { owner, session } = await world.member();
    await world.provider.signOut(stranger, session.access_token);

    await expect(world.ownerOf(session)).rejects.toThrow("over");
    const gone: SessionOwner = {
      ...owner,
      auditor: { ...owner.auditor, principal: { ...owner.auditor.principal, userId: randomUUID() } },
    };
    expect(await failureOf(eraseAccount(world.accounts, gone, { password }))).toBe("400 identity.user_not_found");
  });
});
