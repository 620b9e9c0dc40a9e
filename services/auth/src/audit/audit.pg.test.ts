import { randomUUID } from "node:crypto";
import { auditTrail } from "@gaia/contracts";
import { appendAuditEntry, type AuditEntry } from "@gaia/db";
import { describe, expect, test } from "vitest";
import { openAdministrationWorld, type Someone } from "../testing/open-administration-world.ts";
import { exportAuditTrail } from "./export-audit-trail.ts";

const world = await openAdministrationWorld();
const {
  call,
  contextOf,
  createPerson,
  createRole,
  createTeam,
  createWorkspace,
  deps,
  keyOf,
  kysely,
  permissionId,
  pool,
} = world;

const auditor = await createPerson([["super_admin"]]);
const address = "192.0.2.7";

type Input = Record<string, unknown>;

/** The trail as far as it is about one test: its entries have its request id. */
async function list(who: Parameters<typeof call>[1], request_id: string, input: Input = {}) {
  return (await call(auditTrail.listAuditEntries, who, { request_id, limit: 100, ...input })).entries;
}

async function append(actor: Someone, requestId: string, entry: AuditEntry, at = "2026-11-24T12:00:00.000Z") {
  await appendAuditEntry(kysely, contextOf(actor, requestId), entry, new Date(at));
}

describe("the audit trail", () => {
  test("tells who did what to whom, from where and how, newest first", async () => {
    const [actor, target] = [await createPerson(), await createPerson()];
    const requestId = randomUUID();
    await append(actor, requestId, { action: "session.started", target: { type: "session", id: "s" } });
    await append(actor, requestId, {
      action: "role.assigned",
      target: { type: "role", id: "r" },
      targetUserId: target.userId,
      before: { expires_at: null },
      after: { expires_at: "2027-01-01" },
      details: { why: "because" },
    });

    const [newest, oldest, ...more] = await list(auditor, requestId);

    expect(more).toEqual([]);
    expect(newest).toEqual({
      id: expect.any(String),
      sequence: expect.any(Number),
      action: "role.assigned",
      actor_id: actor.userId,
      target_user_id: target.userId,
      target_type: "role",
      target_id: "r",
      team_id: null,
      workspace_id: null,
      principal: { kind: "user", session_id: null },
      request_id: requestId,
      before: { expires_at: null },
      after: { expires_at: "2027-01-01" },
      details: { why: "because" },
      ip_address: address,
      user_agent: "vitest",
      timestamp: "2026-11-24T12:00:00.000Z",
    });
    expect(oldest).toMatchObject({ action: "session.started", before: null, after: null, details: null });
    expect(newest?.sequence).toBeGreaterThan(oldest?.sequence ?? Infinity);
  });

  test("is asked by everything that an entry has", async () => {
    const [actor, target] = [await createPerson(), await createPerson()];
    const [team, workspace] = [await createTeam(), await createWorkspace(actor)];
    const requestId = randomUUID();
    const noon = "2026-11-24T12:00:00.000Z";
    await append(
      actor,
      requestId,
      { action: "team.created", target: { type: "team", id: team.id }, teamId: team.id },
      noon,
    );
    await append(
      actor,
      requestId,
      { action: "team.member_added", targetUserId: target.userId, teamId: team.id },
      "2026-11-24T13:00:00.000Z",
    );
    await append(
      target,
      requestId,
      { action: "workspace.changed", workspaceId: workspace.id },
      "2026-11-24T14:00:00.000Z",
    );
    const actions = async (input: Input) => (await list(auditor, requestId, input)).map(({ action }) => action);

    expect(await actions({})).toEqual(["workspace.changed", "team.member_added", "team.created"]);
    expect(await actions({ actor_id: actor.userId })).toEqual(["team.member_added", "team.created"]);
    expect(await actions({ target_user_id: target.userId.toUpperCase() })).toEqual(["team.member_added"]);
    expect(await actions({ target_type: "team", target_id: team.id })).toEqual(["team.created"]);
    expect(await actions({ team_id: team.id })).toEqual(["team.member_added", "team.created"]);
    expect(await actions({ workspace_id: workspace.id })).toEqual(["workspace.changed"]);
    expect(await actions({ action: "team." })).toEqual(["team.member_added", "team.created"]);
    expect(await actions({ action: "team.created" })).toEqual(["team.created"]);
    expect(await actions({ action: "team" })).toEqual([]);
    expect(await actions({ action: "%." })).toEqual([]);
    expect(await actions({ from: "2026-11-24T14:00:00+01:00" })).toEqual(["workspace.changed", "team.member_added"]);
    expect(await actions({ to: "2026-11-24T13:00:00Z" })).toEqual(["team.created"]);
    expect(await actions({ request_id: randomUUID() })).toEqual([]);
  });

  test("comes in pages that fit together", async () => {
    const actor = await createPerson();
    const requestId = randomUUID();
    for (let number = 0; number < 7; number += 1) {
      await append(actor, requestId, { action: "user.changed", details: { number } });
    }
    const seen: unknown[] = [];
    let cursor: string | undefined;
    do {
      const page = await call(auditTrail.listAuditEntries, auditor, { request_id: requestId, limit: 3, cursor });
      seen.push(...page.entries.map(({ details }) => details));
      cursor = page.next_cursor ?? undefined;
    } while (cursor !== undefined);

    expect(seen).toEqual([6, 5, 4, 3, 2, 1, 0].map((number) => ({ number })));
  });

  test.each([{ cursor: "x" }, { from: "yesterday" }, { actor_id: "me" }, { limit: "0" }, { target_id: "\0" }])(
    "refuses %j",
    async (input) => {
      await expect(list(auditor, randomUUID(), input)).rejects.toMatchObject({ code: "INVALID_INPUT" });
    },
  );

  test("tells what the original stored, whatever form it has", async () => {
    const requestId = randomUUID();
    for (const details of [{ role: "x" }, ["x"], "x"]) {
      await kysely
        .insertInto("permission_audit_log")
        .values({ event_type: "role_assigned", permission_details: JSON.stringify(details), request_id: requestId })
        .execute();
    }

    const told = await list(auditor, requestId);
    expect(told.map(({ details }) => details)).toEqual(["x", ["x"], { role: "x" }]);
    expect(told[0]).toMatchObject({ action: "role_assigned", principal: null, before: null });
  });

  test.each([
    "update permission_audit_log set actor_id = null",
    "delete from permission_audit_log",
    "truncate permission_audit_log",
  ])("cannot be changed by: %s", async (statement) => {
    const requestId = randomUUID();
    await append(auditor, requestId, { action: "user.changed" });

    await expect(pool.query(statement)).rejects.toMatchObject({ message: "The audit trail is append-only" });
    expect(await list(auditor, requestId)).toHaveLength(1);
  });
});

describe("who may read it:", () => {
  test("everybody what they did, and what was done to them, without from where others did it", async () => {
    const [person, other] = [await createPerson(), await createPerson()];
    const requestId = randomUUID();
    await append(person, requestId, { action: "session.started" });
    await append(other, requestId, { action: "role.assigned", targetUserId: person.userId });
    await append(other, requestId, { action: "session.started" });

    expect(await list(person, requestId)).toMatchObject([
      { action: "role.assigned", actor_id: other.userId, ip_address: null, user_agent: null },
      { action: "session.started", actor_id: person.userId, ip_address: address, user_agent: "vitest" },
    ]);
    expect(await list(keyOf(person, ["account:read"]), requestId)).toHaveLength(2);
    expect(await list(keyOf(person, ["chat:create"]), requestId)).toEqual([]);
    await expect(list({ kind: "guest", permissions: [] }, requestId)).rejects.toMatchObject({ code: "FORBIDDEN" });
  });

  test("whoever manages a team or workspace what happened there", async () => {
    const [owner, admin, member, above, below] = [
      await createPerson(),
      await createPerson(),
      await createPerson(),
      await createPerson(),
      await createPerson(),
    ];
    const company = await createTeam();
    const studio = await createTeam(company.id);
    const painters = await createTeam(studio.id);
    for (const [team, who, team_role] of [
      [studio, owner, "owner"],
      [studio, admin, "admin"],
      [studio, member, "member"],
      [company, above, "owner"],
      [painters, below, "owner"],
    ] as const) {
      await kysely.insertInto("team_members").values({ team_id: team.id, user_id: who.userId, team_role }).execute();
    }
    const workspace = await createWorkspace(owner, member);
    const requestId = randomUUID();
    await append(auditor, requestId, { action: "team.changed", teamId: studio.id });
    await append(auditor, requestId, { action: "workspace.changed", workspaceId: workspace.id });
    await append(auditor, requestId, { action: "role.changed" });
    const actions = async (who: Someone) => (await list(who, requestId)).map(({ action }) => action);

    expect(await actions(owner)).toEqual(["workspace.changed", "team.changed"]);
    expect(await actions(admin)).toEqual(["team.changed"]);
    expect(await actions(above)).toEqual(["team.changed"]);
    expect(await actions(below)).toEqual([]);
    expect(await actions(member)).toEqual([]);
    expect((await list(admin, requestId))[0]?.ip_address).toBe(address);
  });

  test("auditors of a team what happened there, and who manages all teams no more than that", async () => {
    const team = await createTeam();
    const auditing = await createRole(await permissionId("admin", "audit"));
    const managing = await createRole(await permissionId("team", "admin"));
    const [ofTeam, ofAll] = [await createPerson([[auditing.name, team]]), await createPerson([[managing.name]])];
    const requestId = randomUUID();
    await append(auditor, requestId, { action: "team.changed", teamId: team.id });
    await append(auditor, requestId, { action: "role.changed" });

    for (const who of [ofTeam, ofAll]) {
      expect((await list(who, requestId)).map(({ action }) => action)).toEqual(["team.changed"]);
    }
  });
});

describe("the export", () => {
  const exported = async (who: Someone, filters: Input, signal = new AbortController().signal) =>
    exportAuditTrail(deps, { principal: who.principal, signal }, filters);
  const linesOf = (text: string) => text.split("\n").filter((line) => line !== "");

  async function appendMany(actor: Someone, requestId: string, count: number) {
    const values = Array.from({ length: count }, (_, number) => ({
      event_type: "user.changed",
      actor_id: actor.userId,
      request_id: requestId,
      permission_details: JSON.stringify({ details: { number } }),
    }));
    await kysely.insertInto("permission_audit_log").values(values).execute();
  }

  /** How often the trail was asked. */
  function countBatches() {
    let count = 0;
    const counted = kysely.withPlugin({
      transformQuery: ({ node }) => {
        if (node.kind === "SelectQueryNode") count += 1;
        return node;
      },
      transformResult: async ({ result }) => result,
    });
    return { deps: { ...deps, kysely: counted }, count: () => count };
  }

  test("has the entries of the list, one a line, over all batches", async () => {
    const actor = await createPerson();
    const requestId = randomUUID();
    await appendMany(actor, requestId, 1_203);

    const response = await exported(auditor, { request_id: requestId });
    const lines = linesOf(await response.text());

    expect(response.headers.get("content-type")).toBe("application/x-ndjson");
    expect(lines).toHaveLength(1_203);
    const entries = lines.map((line) => JSON.parse(line));
    expect(entries.slice(0, 100)).toEqual(await list(auditor, requestId));
    expect(entries.map(({ details }) => details.number)).toEqual(
      Array.from({ length: 1_203 }, (_, index) => 1_202 - index),
    );
  });

  test("of nothing is nothing, and of one's own is one's own", async () => {
    const [actor, other] = [await createPerson(), await createPerson()];
    const requestId = randomUUID();
    await appendMany(actor, requestId, 2);

    expect(await (await exported(other, { request_id: requestId })).text()).toBe("");
    expect(linesOf(await (await exported(actor, {})).text())).toHaveLength(2);
  });

  test("fetches no more than its reader takes, and stops when the reader goes", async () => {
    const actor = await createPerson();
    const requestId = randomUUID();
    await appendMany(actor, requestId, 1_600);
    const { deps: counted, count } = countBatches();
    const signal = new AbortController().signal;
    const response = await exportAuditTrail(
      counted,
      { principal: auditor.principal, signal },
      { request_id: requestId },
    );
    const reader = response.body?.getReader();

    await reader?.read();
    expect(count()).toBe(1);
    await reader?.read();
    expect(count()).toBe(2);
    await reader?.cancel();
    expect(count()).toBe(2);
  });

  test("stops when the request is given up", async () => {
    const actor = await createPerson();
    const requestId = randomUUID();
    await appendMany(actor, requestId, 1_600);
    const gone = new AbortController();
    const response = await exported(auditor, { request_id: requestId }, gone.signal);
    const reader = response.body?.getReader();

    expect((await reader?.read())?.done).toBe(false);
    gone.abort();
    await reader?.read();
    expect((await reader?.read())?.done).toBe(true);
  });

  test("ends where what the reader may see does", async () => {
    const [actor, former] = [await createPerson(), await createPerson([["super_admin"]])];
    const requestId = randomUUID();
    await appendMany(actor, requestId, 1_100);
    const reader = (await exported(former, { request_id: requestId })).body?.getReader();
    expect((await reader?.read())?.done).toBe(false);

    await kysely.deleteFrom("user_roles").where("user_id", "=", former.userId).execute();

    expect((await reader?.read())?.done).toBe(true);
  });

  test("leaves out what is added meanwhile, and says nothing twice", async () => {
    const actor = await createPerson();
    const requestId = randomUUID();
    await appendMany(actor, requestId, 600);
    const reader = (await exported(auditor, { request_id: requestId })).body?.getReader();
    const decoder = new TextDecoder();
    const first = decoder.decode((await reader?.read())?.value);
    await appendMany(actor, requestId, 50);
    const second = decoder.decode((await reader?.read())?.value);

    const ids = linesOf(first + second).map((line) => JSON.parse(line).id);
    expect(ids).toHaveLength(600);
    expect(new Set(ids).size).toBe(600);
  });
});
