import { type InputOf, type RequestOf, shares, teams, workspaces } from "@gaia/contracts";
import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import { decide } from "../access/decide.ts";
import { loadFacts } from "../access/load-facts.ts";
import { byKey, openPlacesWorld, settle, type TestPerson } from "../testing/open-places-world.ts";
import { founding, join } from "../testing/team-steps.ts";

const world = await openPlacesWorld();

type Wish = Partial<RequestOf<typeof shares.createShare>>;
type Actor = Pick<TestPerson, "principal">;

async function setup() {
  const opened = await world.setup();
  const { call, kysely, deps } = opened;
  const [ada, ben, cleo] = [await opened.person("ada"), await opened.person("ben"), await opened.person("cleo")];
  const path = `/kb/users/${ada.id}/plan.md`;
  const share = async (actor: Actor, wish: Wish) => {
    const document = { resource_type: "kb", resource_id: path } as const;
    return (await call(actor, shares.createShare, { ...document, ...wish })).shares;
  };
  const shareWith = async (actor: Actor, { id }: { readonly id: string }, wish: Wish = {}) => {
    const [made] = await share(actor, { recipients: [{ type: "user", id }], ...wish });
    if (made === undefined) throw new Error("nothing was shared");
    return made;
  };
  const revoke = (actor: Actor, { id }: { readonly id: string }) => call(actor, shares.revokeShare, { share_id: id });
  /** By the core, and by the original's function. */
  const may = async ({ id }: TestPerson, action: string, resource = path) => {
    const facts = await loadFacts(deps, { kind: "user", userId: id }, { type: "kb", path: resource });
    const byCore = decide(facts, { action, resource: { type: "kb", path: resource } }, deps.now()).allowed;
    const { rows } = await sql<{ allowed: boolean }>`
      select check_user_permission(${id}, 'kb', ${resource}, ${action}) as allowed`.execute(kysely);
    return { byCore, bySql: rows[0]?.allowed };
  };
  const grants = () => kysely.selectFrom("resource_permissions").selectAll().orderBy("principal_id").execute();
  await opened.announced();
  return { ...opened, ada, ben, cleo, path, share, shareWith, revoke, may, grants };
}

const allowed = { byCore: true, bySql: true };
const refused = { byCore: false, bySql: false };

describe("sharing a document", () => {
  test("lets its recipient do what was shared, by the core and by the original's function", async () => {
    const { ada, ben, cleo, path, shareWith, may, announced, audited, grants } = await setup();

    const made = await shareWith(ada, ben, { permissions: ["read", "write", "read"], name: "Plan", message: "Look!" });

    expect(made).toEqual({
      id: made.id,
      resource_type: "kb",
      resource_id: path,
      share_type: "direct",
      name: "Plan",
      message: "Look!",
      permissions: ["read", "write"],
      shared_by: ada.id,
      recipient: { type: "user", id: ben.id },
      created_at: "2026-11-24T12:00:00.000Z",
      expires_at: null,
    });
    expect(await may(ben, "write")).toEqual(allowed);
    expect(await may(ben, "delete")).toEqual(refused);
    expect(await may(cleo, "read")).toEqual(refused);
    expect(await may(ben, "read", `/kb/users/${ada.id}/other.md`)).toEqual(refused);
    expect(await announced()).toEqual([[ben.id]]);
    expect(await audited(made.id)).toEqual(["share.created"]);
    expect(await grants()).toMatchObject([
      { principal_id: ben.id, permissions: ["read", "write"], granted_by: ada.id },
    ]);
  });

  test("can be with people by address, with teams and workspaces, all at once and each once", async () => {
    const opened = await setup();
    const { call, ada, ben, cleo, share, may, announced } = opened;
    const dora = await opened.person("dora");
    const company = await founding(opened, ada)("company");
    const studio = await founding(opened, ada)("studio", company.id);
    await join(opened, studio, cleo, "viewer");
    const demo = await call(ada, workspaces.createWorkspace, { name: "demo", display_name: "Demo" });
    await opened.kysely.insertInto("workspace_members").values({ workspace_id: demo.id, user_id: dora.id }).execute();
    await announced();

    const made = await share(ada, {
      recipients: [
        { type: "user", email: "BEN@example.test" },
        { type: "user", id: ben.id.toUpperCase() },
        { type: "team", id: company.id },
        { type: "workspace", id: demo.id },
      ],
    });

    expect(made.map(({ recipient }) => recipient)).toEqual([
      { type: "user", id: ben.id },
      { type: "team", id: company.id },
      { type: "workspace", id: demo.id },
    ]);
    expect(await may(ben, "read")).toEqual(allowed);
    // Members of the team below belong to the team; the original's function does not know that.
    expect(await may(cleo, "read")).toEqual({ byCore: true, bySql: false });
    expect(await may(dora, "read")).toEqual(allowed);
    expect(await announced()).toEqual([[ben.id], [ada.id, cleo.id].toSorted(), [ada.id, dora.id].toSorted()]);
  });

  test("can be of a whole folder", async () => {
    const { ada, ben, shareWith, may } = await setup();

    await shareWith(ada, ben, { resource_id: `/kb/users/${ada.id}/plans/*` });

    expect(await may(ben, "read", `/kb/users/${ada.id}/plans/a/b.md`)).toEqual(allowed);
    expect(await may(ben, "read", `/kb/users/${ada.id}/plans.md`)).toEqual(refused);
  });

  test("ends when it was said to", async () => {
    const { call, ada, ben, shareWith, may, clock, grants } = await setup();
    const made = await shareWith(ada, ben, { expires_at: "2026-11-24T13:00:00Z" });
    expect((await may(ben, "read")).byCore).toBe(true);
    expect((await grants())[0]?.expires_at).toEqual(new Date("2026-11-24T13:00:00Z"));

    clock.time += 3_600_000;

    expect((await may(ben, "read")).byCore).toBe(false);
    const received = await call(ben, shares.listShares, { direction: "with_me" });
    expect(received.shares).toEqual([]);
    expect(await call(ada, shares.getShare, { share_id: made.id })).toMatchObject({ id: made.id });
  });
});

describe("who may share", () => {
  test("is who may by the core; what one may not even read does not exist", async () => {
    const opened = await setup();
    const { ada, ben, cleo, shareWith } = opened;
    const team = await founding(opened, ada)("painters");
    await join(opened, team, ben, "member");
    const resource_id = `/kb/teams/${team.id}/plan.md`;

    await shareWith(ada, cleo, { resource_id });
    await expect(shareWith(ben, cleo, { resource_id })).rejects.toMatchObject({
      code: "FORBIDDEN",
      reason: "share.not_held",
    });
    await expect(shareWith(cleo, ben, { resource_id: `/kb/users/${ada.id}/x.md` })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
    // Cleo may read it now, and no more.
    await expect(shareWith(cleo, ben, { resource_id })).rejects.toMatchObject({ code: "FORBIDDEN" });
  });

  test("shares on what was shared with them to share, and never more than they have", async () => {
    const { ada, ben, cleo, shareWith, may } = await setup();
    await shareWith(ada, ben, { permissions: ["read", "share"] });

    await expect(shareWith(ben, cleo, { permissions: ["read", "write"] })).rejects.toMatchObject({
      code: "FORBIDDEN",
      reason: "share.not_held",
    });
    await shareWith(ben, cleo, { permissions: ["read"] });

    expect(await may(cleo, "read")).toEqual(allowed);
  });

  test("shares no folder in which something is forbidden to them", async () => {
    const { ada, ben, shareWith, kysely } = await setup();
    const permission = {
      resource_type: "kb",
      resource_path: `/kb/users/${ada.id}/plans/secret.md`,
      action: "read",
    };
    const inserted = kysely.insertInto("permissions").values(permission).returning("id");
    const { id } = await inserted.executeTakeFirstOrThrow();
    const context = { context_type: "global", context_id: "global" };
    await kysely
      .insertInto("user_permissions")
      .values({ user_id: ada.id, permission_id: id, granted: false, ...context })
      .execute();

    await expect(shareWith(ada, ben, { resource_id: `/kb/users/${ada.id}/*` })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
    await expect(shareWith(ada, ben, { resource_id: `/kb/users/${ada.id}/plans/*` })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
    await shareWith(ada, ben, { resource_id: `/kb/users/${ada.id}/public/*` });
    await shareWith(ada, ben);
  });

  test("is bounded by the scopes of the key in use", async () => {
    const { ada, ben, shareWith } = await setup();

    await expect(shareWith(byKey(ada, "kb:share"), ben)).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(shareWith(byKey(ada, "kb:read"), ben)).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(shareWith(byKey(ada, "kb:*"), ben, { permissions: ["read"] })).resolves.toBeDefined();
  });

  test("cannot claim what an id belongs to; a service can, for a person", async () => {
    const opened = await setup();
    const { call, ada, ben, shareWith } = opened;
    const talk = { resource_type: "conversation", resource_id: "talk-1" } as const;
    const team = await founding(opened, ada)("painters");
    const input = { ...talk, recipients: [{ type: "user" as const, id: ben.id }], principal: ada.principal };
    const service = { principal: { kind: "service", name: "chat" } } as const;

    await expect(shareWith(ada, ben, talk)).rejects.toMatchObject({ code: "NOT_FOUND" });
    const claim = { ...talk, team_id: team.id, owner_id: ada.id };
    await expect(shareWith(ada, ben, claim)).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(call(ada, shares.shareResource, { ...input, owner_id: ada.id })).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
    await expect(call(service, shares.shareResource, { ...input, owner_id: ben.id })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
    const made = await call(service, shares.shareResource, { ...input, team_id: team.id });
    expect(made.shares).toMatchObject([{ resource_id: "talk-1", shared_by: ada.id }]);
    const entry = opened.kysely
      .selectFrom("permission_audit_log")
      .selectAll()
      .where("event_type", "=", "share.created");
    expect(await entry.where("target_id", "=", made.shares[0]?.id ?? "").executeTakeFirst()).toMatchObject({
      actor_id: ada.id,
      principal: { kind: "service", name: "chat" },
    });
  });
});

describe("what can be shared", () => {
  const input = (wish: object) =>
    shares.createShare.input.safeParse({
      resource_type: "kb",
      resource_id: "/kb/x.md",
      recipients: [{ type: "team", id: crypto.randomUUID() }],
      ...wish,
    }).success;

  test.each(["/kb/x.md", "/kb/x/*", "a-1", "00000000-0000-4000-8000-00000000000A"])("is %j", (resource_id) => {
    expect(input({ resource_id })).toBe(true);
  });

  test.each([
    "*",
    "/*",
    "/kb/*",
    "/kb",
    "/kb/",
    "/kb/a*",
    "/kb/*/b",
    "/kb/../x",
    "/kb/a/../b",
    "/kb//a",
    "/kb/a/",
    "/kb/%2e%2e/a",
    "/kb/users/{user_id}/*",
    "/kb/a\0",
    "/kb/a\n",
    "/api/v1/x",
    "a b",
    "",
    `/kb/${"x".repeat(500)}`,
  ])("is not %j", (resource_id) => {
    expect(input({ resource_id })).toBe(false);
  });

  test.each([
    { resource_type: "team" },
    { resource_type: "admin" },
    { resource_type: "asset", resource_id: "/kb/x.md" },
    { permissions: [] },
    { permissions: ["users"] },
    { permissions: ["access"] },
    { recipients: [] },
    { recipients: [{ type: "role", id: crypto.randomUUID() }] },
    { recipients: [{ type: "user" }] },
    { recipients: [{ type: "user", id: crypto.randomUUID(), email: "a@example.test" }] },
    { recipients: [{ type: "team", email: "a@example.test" }] },
    { share_type: "link" },
    { share_type: "public" },
    { share_type: "public", recipients: [], permissions: ["read", "write"] },
    { expires_at: "tomorrow" },
  ])("is not so: %j", (wish) => {
    expect(input(wish)).toBe(false);
  });
});

describe("recipients", () => {
  test("are accounts that work, and teams and workspaces that the sharer can see", async () => {
    const opened = await setup();
    const { call, ada, ben, share, kysely } = opened;
    const team = await founding(opened, ben)("painters");
    const demo = await call(ben, workspaces.createWorkspace, { name: "demo", display_name: "Demo" });
    const to = (recipient: InputOf<typeof shares.createShare>["recipients"][number]) =>
      share(ada, { recipients: [recipient] });

    await expect(to({ type: "team", id: team.id })).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(to({ type: "workspace", id: demo.id })).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(to({ type: "user", id: crypto.randomUUID() })).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(to({ type: "user", id: ada.id })).rejects.toMatchObject({ reason: "share.with_oneself" });
    await kysely.updateTable("users").set({ is_active: false }).where("id", "=", ben.id).execute();
    await expect(to({ type: "user", email: ben.email })).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(await kysely.selectFrom("shared_resources").selectAll().execute()).toEqual([]);
  });

  test("cannot be guessed by their addresses", async () => {
    const { ada, ben, share } = await setup();
    const to = (email: string) => share(ada, { recipients: [{ type: "user", email }] });

    for (let number = 0; number < 20; number += 1) {
      await expect(to(`${number}@example.test`)).rejects.toMatchObject({ code: "NOT_FOUND" });
    }

    await expect(to("next@example.test")).rejects.toMatchObject({ code: "RATE_LIMITED" });
    await expect(to(ben.email)).rejects.toMatchObject({ code: "RATE_LIMITED" });
  });
});

describe("taking a share back", () => {
  test("ends it everywhere, for who made it", async () => {
    const { call, ada, ben, cleo, shareWith, revoke, may, announced, audited, grants } = await setup();
    const made = await shareWith(ada, ben);
    await announced();

    await expect(revoke(cleo, made)).rejects.toMatchObject({ code: "NOT_FOUND" });
    await revoke(ada, made);

    expect(await may(ben, "read")).toEqual(refused);
    expect(await grants()).toEqual([]);
    expect(await announced()).toEqual([[ben.id]]);
    expect(await audited(made.id)).toEqual(["share.created", "share.revoked"]);
    await expect(revoke(ada, made)).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(call(ada, shares.getShare, { share_id: made.id })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("is also for the person it is with, and for who administers what is shared", async () => {
    const opened = await setup();
    const { ada, ben, cleo, shareWith, revoke } = opened;
    const team = await founding(opened, ada)("painters");
    await join(opened, team, ben, "admin");
    const resource_id = `/kb/teams/${team.id}/plan.md`;

    await revoke(cleo, await shareWith(ada, cleo, { resource_id }));
    await revoke(ada, await shareWith(ben, cleo, { resource_id }));
    // A share with a team is not one member's to give up.
    const [made] = await opened.share(ben, { recipients: [{ type: "team", id: team.id }], resource_id });
    await join(opened, team, cleo, "viewer");
    await expect(revoke(cleo, made ?? { id: "" })).rejects.toMatchObject({ code: "FORBIDDEN" });
  });

  test("is for who made it also after they may share no more, but for no key without that scope", async () => {
    const opened = await setup();
    const { ada, ben, cleo, shareWith, revoke } = opened;
    const team = await founding(opened, ada)("painters");
    await join(opened, team, ben, "admin");
    const made = await shareWith(ben, cleo, { resource_id: `/kb/teams/${team.id}/plan.md` });
    await opened.kysely.deleteFrom("team_members").where("user_id", "=", ben.id).execute();

    await expect(revoke(byKey(ben, "kb:share"), made)).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(revoke(byKey(ben, "share:read"), made)).rejects.toMatchObject({ code: "FORBIDDEN" });
    await revoke(byKey(ben, "share:read", "share:delete"), made);
  });

  test("keeps what another one shared with the same recipient", async () => {
    const { ada, ben, cleo, shareWith, revoke, may, grants } = await setup();
    await shareWith(ada, cleo, { permissions: ["read", "share"] });
    const first = await shareWith(ada, ben, { permissions: ["read", "write"] });
    const second = await shareWith(cleo, ben);
    expect((await grants()).filter((row) => row.principal_id === ben.id)).toMatchObject([
      { permissions: ["read", "write"] },
    ]);

    await revoke(ada, first);
    expect([await may(ben, "read"), await may(ben, "write")]).toEqual([allowed, refused]);
    await revoke(cleo, second);
    expect(await may(ben, "read")).toEqual(refused);
  });

  test("keeps what was granted without a share, before or after it", async () => {
    const { ada, ben, cleo, path, shareWith, revoke, may, kysely, grants } = await setup();
    const granted = { resource_type: "kb", resource_id: path, principal_type: "user", permissions: ["read"] };
    await kysely
      .insertInto("resource_permissions")
      .values({ ...granted, principal_id: ben.id })
      .execute();
    const withBen = await shareWith(ada, ben, { permissions: ["read", "write"] });
    const withCleo = await shareWith(ada, cleo);
    await kysely
      .updateTable("resource_permissions")
      .set({ permissions: ["read", "delete"], granted_at: new Date("2026-11-24T12:00:01Z") })
      .where("principal_id", "=", cleo.id)
      .execute();
    expect((await may(ben, "write")).byCore).toBe(true);

    await revoke(ada, withBen);
    await revoke(ada, withCleo);

    expect([await may(ben, "read"), await may(ben, "write")]).toEqual([allowed, refused]);
    expect(await may(cleo, "delete")).toEqual(allowed);
    expect(await grants()).toHaveLength(2);
  });

  test("of one of two that end differently leaves what the other one gives, and until then", async () => {
    const { ada, ben, cleo, shareWith, revoke, grants } = await setup();
    await shareWith(ada, cleo, { permissions: ["read", "write", "share"] });
    const short = await shareWith(cleo, ben, { permissions: ["write"], expires_at: "2026-11-25T00:00:00Z" });
    const long = await shareWith(ada, ben, { permissions: ["read"] });
    const ofBen = async () => (await grants()).filter((row) => row.principal_id === ben.id);

    // What lasts less long would last too long in one row.
    expect(await ofBen()).toMatchObject([{ permissions: ["read"], expires_at: null }]);
    await revoke(ada, long);
    expect(await ofBen()).toMatchObject([{ permissions: ["write"], expires_at: new Date("2026-11-25T00:00:00Z") }]);
    await revoke(cleo, short);
    expect(await ofBen()).toEqual([]);
  });

  test("and sharing again at the same time end one way or the other, never in between", async () => {
    const { call, ada, ben, cleo, shareWith, revoke, may, grants } = await setup();
    await shareWith(ada, cleo, { permissions: ["read", "share"] });
    for (let round = 0; round < 10; round += 1) {
      const made = await shareWith(ada, ben);
      await settle([revoke(ada, made), shareWith(cleo, ben)]);
      const { shares: left } = await call(ben, shares.listShares, { direction: "with_me" });

      expect(left).toHaveLength(1);
      expect(await may(ben, "read")).toEqual(allowed);
      await revoke(cleo, left[0] ?? { id: "" });
      expect((await grants()).filter((row) => row.principal_id === ben.id)).toEqual([]);
    }
  });

  test("takes back all of what the same person shared twice with somebody", async () => {
    const { call, ada, ben, shareWith, revoke, may } = await setup();
    await Promise.all(
      Array.from({ length: 10 }, (_, number) => shareWith(ada, ben, { permissions: [number % 2 ? "read" : "write"] })),
    );

    const { shares: made } = await call(ada, shares.listShares, { direction: "by_me" });
    expect(made).toHaveLength(1);
    await revoke(ada, made[0] ?? { id: "" });

    expect([await may(ben, "read"), await may(ben, "write")]).toEqual([refused, refused]);
  });

  test("is done when its team is deleted", async () => {
    const opened = await setup();
    const { call, ada, share, grants } = opened;
    const team = await founding(opened, ada)("painters");
    const [made] = await share(ada, { recipients: [{ type: "team", id: team.id }] });

    await call(ada, teams.deleteTeam, { team_id: team.id });

    expect(await grants()).toEqual([]);
    await expect(call(ada, shares.getShare, { share_id: made?.id ?? "" })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});

describe("changing a share", () => {
  test("is for who made it, and counts at once", async () => {
    const { call, ada, ben, cleo, shareWith, may, announced, audited } = await setup();
    const { id: share_id } = await shareWith(ada, ben);
    await announced();

    const changed = await call(ada, shares.changeShare, { share_id, permissions: ["read", "delete"], message: "Now!" });

    expect(changed).toMatchObject({ permissions: ["read", "delete"], message: "Now!" });
    expect(await may(ben, "delete")).toEqual(allowed);
    expect(await announced()).toEqual([[ben.id]]);
    expect(await audited(share_id)).toEqual(["share.created", "share.changed"]);
    await expect(call(ben, shares.changeShare, { share_id, message: "x" })).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
    await expect(call(cleo, shares.changeShare, { share_id, message: "x" })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
    await call(ada, shares.changeShare, { share_id, permissions: ["read", "delete"] });
    expect(await audited(share_id)).toHaveLength(2);
  });

  test("makes it more only as far as one may oneself by now; less always", async () => {
    const opened = await setup();
    const { call, ada, ben, cleo, shareWith } = opened;
    const team = await founding(opened, ada)("painters");
    await join(opened, team, ben, "admin");
    const { id: share_id } = await shareWith(ben, cleo, {
      resource_id: `/kb/teams/${team.id}/plan.md`,
      permissions: ["read", "write"],
      expires_at: "2026-11-25T00:00:00Z",
    });
    await opened.kysely.deleteFrom("team_members").where("user_id", "=", ben.id).execute();
    const change = (wish: object) => call(ben, shares.changeShare, { share_id, ...wish });

    await expect(change({ permissions: ["read", "delete"] })).rejects.toMatchObject({ reason: "share.not_held" });
    await expect(change({ expires_at: null })).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(change({ expires_at: "2026-11-26T00:00:00Z" })).rejects.toMatchObject({ code: "FORBIDDEN" });
    const less = await change({ permissions: ["read"], expires_at: "2026-11-24T13:00:00Z" });
    expect(less).toMatchObject({ permissions: ["read"], expires_at: "2026-11-24T13:00:00.000Z" });
  });
});

describe("a public share", () => {
  test("lets everybody read, is for who administers the resource, and gives no more later", async () => {
    const opened = await setup();
    const { call, ada, ben, cleo, path, share, shareWith, may, announced, deps, revoke } = opened;
    await shareWith(ada, ben, { permissions: ["read", "share"] });
    const makePublic = (actor: Actor) => share(actor, { share_type: "public" });
    await announced();

    await expect(makePublic(ben)).rejects.toMatchObject({ code: "FORBIDDEN", reason: "share.not_held" });
    await expect(makePublic(cleo)).rejects.toMatchObject({ code: "NOT_FOUND" });
    const [made] = await makePublic(ada);

    expect(made).toMatchObject({ share_type: "public", recipient: null, permissions: ["read"] });
    expect(await announced()).toEqual([]);
    expect((await may(cleo, "read")).byCore).toBe(true);
    const guest = await loadFacts(deps, { kind: "guest" }, { type: "kb", path });
    const ask = (action: string) => decide(guest, { action, resource: { type: "kb", path } }, deps.now()).allowed;
    expect([ask("read"), ask("write")]).toEqual([true, false]);
    const share_id = made?.id ?? "";
    await expect(call(ada, shares.changeShare, { share_id, permissions: ["read", "write"] })).rejects.toMatchObject({
      code: "INVALID_INPUT",
    });
    expect((await call(cleo, shares.listShares, {})).shares).toEqual([]);
    await revoke(ada, { id: share_id });
    expect((await may(cleo, "read")).byCore).toBe(false);
    expect(await announced()).toEqual([]);
  });

  test("is one of at most a hundred that a person has, also when they are made at once", async () => {
    const { ada, path, share, kysely } = await setup();
    const facts = { resource_type: "kb", shared_by: ada.id, share_type: "public", permissions: ["read"] };
    const over = [{ is_active: false }, { expires_at: new Date("2026-11-24T11:00:00.000Z") }];
    await kysely
      .insertInto("shared_resources")
      .values([
        ...Array.from({ length: 98 }, (_, index) => ({ ...facts, resource_id: `${path}.${index}` })),
        ...over.map((state, index) => ({ ...facts, ...state, resource_id: `${path}.over-${index}` })),
      ])
      .execute();

    const one = (name: string) => share(ada, { share_type: "public", resource_id: `/kb/users/${ada.id}/${name}.md` });
    expect(await settle([one("a"), one("b"), one("c"), one("d")])).toEqual({
      done: 2,
      reasons: ["share.too_many_public", "share.too_many_public"],
    });
  });
});
