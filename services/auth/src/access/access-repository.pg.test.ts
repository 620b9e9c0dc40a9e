import { createTestDatabase } from "@gaia/db/testing";
import fc from "fast-check";
import { sql } from "kysely";
import { afterAll, describe, expect, test } from "vitest";
import { type AccessFacts, emptyFacts } from "./access-facts.ts";
import { decide } from "./decide.ts";
import { loadFacts } from "./load-facts.ts";
import { arbitraryFacts } from "./testing/arbitrary-facts.ts";
import { actions, ada, apiKeyId, ben, now, resources, teamIds, user } from "./testing/small-world.ts";
import { storeFacts } from "./testing/store-facts.ts";

const world = await createTestDatabase();
afterAll(() => world.drop());
const { kysely } = world.database;
const asAda = { kind: "user", userId: ada } as const;
const read = (path: string) => ({ action: "read", resource: { type: "kb", path } });

describe("loading facts", () => {
  test("from the tables leads to the same decisions as the facts that were stored", async () => {
    const people = arbitraryFacts.filter(({ subject }) => subject.kind === "user" && subject.key === null);
    // The table knows one grant on one resource to one principal.
    const distinct = people.map((facts) => ({ ...facts, resourcePermissions: facts.resourcePermissions.slice(0, 1) }));
    await fc.assert(
      fc.asyncProperty(distinct, async (facts) => {
        await storeFacts(kysely, facts);
        const byType = new Map<string, AccessFacts>();

        for (const resource of resources) {
          const { type } = resource;
          const loaded = byType.get(type) ?? (await loadFacts({ kysely, now: () => now }, asAda, { type }));
          byType.set(type, loaded);
          for (const action of actions) {
            const request = { action, resource };
            expect(decide(loaded, request, now)).toEqual(decide(facts, request, now));
          }
        }
      }),
      { numRuns: 25, seed: 3 },
    );
  });

  test("takes one round trip for a person, a key and a guest, and none for a service", async () => {
    await storeFacts(kysely, emptyFacts(user()));
    const { counted, count } = countQueries();

    await loadFacts({ kysely: counted }, { kind: "service", name: "chat" });
    expect(count()).toBe(0);
    await loadFacts({ kysely: counted }, asAda);
    expect(count()).toBe(1);
    await loadFacts({ kysely: counted }, key({}));
    expect(count()).toBe(2);
    await loadFacts({ kysely: counted }, { kind: "guest" });
    expect(count()).toBe(3);
  });

  test("of a key keeps its scopes", async () => {
    await storeFacts(kysely, emptyFacts(user()));

    expect((await loadFacts({ kysely }, key(["kb:read"]))).subject).toEqual(user(["kb:read"]));
    expect((await loadFacts({ kysely }, key({ environment: "local" }))).subject).toEqual(user(null));
  });

  test("of somebody whom nobody knows, or who is switched off, allows nothing", async () => {
    await storeFacts(kysely, emptyFacts({ kind: "user", userId: ada, isActive: false, key: null }));

    for (const userId of [ada, "99999999-9999-4999-8999-999999999999"]) {
      const facts = await loadFacts({ kysely }, { kind: "user", userId });
      expect(decide(facts, read(`/kb/users/${userId}/x.md`), now)).toMatchObject({
        allowed: false,
        rule: { kind: "inactive-user", user_id: userId },
      });
    }
  });

  test("of an account that the original made counts as active", async () => {
    await storeFacts(kysely, emptyFacts(user()));
    await kysely.updateTable("users").set({ is_active: null }).execute();

    expect((await loadFacts({ kysely }, asAda)).subject).toEqual(user());
  });

  test("of a guest has the role for guests and what is shared with everybody", async () => {
    const permission = { id: teamIds.company, type: "chat", path: "*", action: "create" };
    await storeFacts(kysely, {
      ...emptyFacts(user()),
      roles: [{ id: teamIds.studio, name: "guest", isActive: true, permissions: [permission] }],
      teams: [{ id: teamIds.company, parentId: null, isActive: true }],
      teamMemberships: [{ teamId: teamIds.company, teamRole: "owner" }],
      shares: [share("everyone", "/kb/a.md"), share({ type: "user", id: ada }, "/kb/b.md")],
    });

    const about = { type: "kb", path: "/kb/a.md" };
    const facts = await loadFacts({ kysely }, { kind: "guest" }, about);

    expect(facts.teamMemberships).toEqual([]);
    expect(decide(facts, { action: "create", resource: { type: "chat" } }, now).allowed).toBe(true);
    expect(decide(facts, read("/kb/a.md"), now).allowed).toBe(true);
    expect(decide(facts, read("/kb/b.md"), now).allowed).toBe(false);
    expect(decide(facts, read("/kb/shared/a.md"), now).allowed).toBe(false);
  });

  test("has of public shares those of what is asked about, and none that are over", async () => {
    const everybody = (resource: string) => share("everyone", resource);
    await storeFacts(kysely, {
      ...emptyFacts(user()),
      shares: [
        ...["/kb/a/b.md", "/kb/a/*", "/kb/*", "*", "/kb/a/c.md", "/kb/b/*", "note-1"].map(everybody),
        { ...everybody("/kb/a/b.md"), isActive: false },
        { ...everybody("/kb/a/b.md"), expiresAt: new Date(0) },
        { ...share({ type: "user", id: ada }, "/kb/own.md"), expiresAt: new Date(0) },
      ],
    });
    const found = async (about: Parameters<typeof loadFacts>[2]) =>
      (await loadFacts({ kysely }, asAda, about)).shares.map(({ resource }) => resource).sort();

    expect(await found(null)).toEqual([]);
    expect(await found({ type: "kb", path: "/kb/a/b.md" })).toEqual(["*", "/kb/*", "/kb/a/*", "/kb/a/b.md"]);
    expect(await found({ type: "kb", id: "note-1" })).toEqual(["*", "note-1"]);
    expect(await found({ type: "kb" })).toHaveLength(7);
    expect(await found({ type: "chat" })).toEqual([]);
  });

  test("leaves out what the free text columns cannot mean", async () => {
    await storeFacts(kysely, {
      ...emptyFacts(user()),
      roles: [{ id: teamIds.studio, name: "super_admin", isActive: true, permissions: [] }],
    });
    for (const [type, id] of [
      ["galaxy", "global"],
      ["team", "not an id"],
      ["", ""],
    ] as const) {
      await kysely
        .insertInto("user_roles")
        .values({ user_id: ada, role_id: teamIds.studio, context_type: type, context_id: id })
        .execute();
    }
    for (const metadata of ["[]", "null", '"x"', '{"shared_with_type":"user"}']) {
      await kysely
        .insertInto("shared_resources")
        .values({ resource_type: "kb", resource_id: "/kb/x", shared_by: ben, permissions: ["read"], metadata })
        .execute();
    }

    const facts = await loadFacts({ kysely }, asAda);

    expect(facts.roleAssignments).toEqual([]);
    expect(facts.shares).toEqual([]);
    expect(decide(facts, read("/kb/x"), now).allowed).toBe(false);
  });

  test("finds a team however its id was typed", async () => {
    await storeFacts(kysely, {
      ...emptyFacts(user()),
      teams: [{ id: teamIds.studio, parentId: null, isActive: true }],
      roles: [{ id: teamIds.painters, name: "super_admin", isActive: true, permissions: [] }],
    });
    const place = { context_type: "team", context_id: teamIds.studio.toUpperCase() };
    await kysely
      .insertInto("user_roles")
      .values({ user_id: ada, role_id: teamIds.painters, ...place })
      .execute();

    const facts = await loadFacts({ kysely }, asAda);

    expect(decide(facts, read(`/kb/teams/${teamIds.studio}/x.md`), now).allowed).toBe(true);
  });

  test("gives nothing through a link, which is a credential of its own", async () => {
    await storeFacts(kysely, { ...emptyFacts(user()), shares: [share({ type: "user", id: ada }, "/kb/b.md")] });
    expect(decide(await loadFacts({ kysely }, asAda), read("/kb/b.md"), now).allowed).toBe(true);

    await kysely.updateTable("shared_resources").set({ share_type: "link" }).execute();

    expect(decide(await loadFacts({ kysely }, asAda), read("/kb/b.md"), now).allowed).toBe(false);
  });

  test.each(["timestamp", "timestamptz"])("reads an end in a column of type %s as the same moment", async (type) => {
    await sql`alter table resource_permissions alter column expires_at type ${sql.raw(type)}
      using expires_at at time zone 'UTC'`.execute(kysely);
    await storeFacts(kysely, emptyFacts(user()));
    for (const expiresAt of ["infinity", "-infinity", "2026-11-24 12:00:00.5"]) {
      await sql`insert into resource_permissions (resource_type, resource_id, principal_type, principal_id, permissions, expires_at)
        values ('kb', ${expiresAt}, 'user', ${ada}, '{read}', ${expiresAt}::timestamp)`.execute(kysely);
    }

    const { resourcePermissions } = await loadFacts({ kysely }, asAda);

    expect(Object.fromEntries(resourcePermissions.map((fact) => [fact.resource, fact.expiresAt]))).toEqual({
      infinity: null,
      "-infinity": new Date(0),
      "2026-11-24 12:00:00.5": new Date("2026-11-24T12:00:00.500Z"),
    });
  });
});

function key(grants: Record<string, unknown> | string[]) {
  return { kind: "api-key", userId: ada, email: "ada@example.test", apiKeyId, grants } as const;
}

function share(grantee: AccessFacts["shares"][number]["grantee"], resource: string): AccessFacts["shares"][number] {
  const id = crypto.randomUUID();
  return { id, type: "kb", resource, grantee, actions: ["read"], isActive: true, expiresAt: null };
}

function countQueries(): { readonly counted: typeof kysely; readonly count: () => number } {
  let queries = 0;
  const counted = kysely.withPlugin({
    transformQuery: ({ node }) => {
      queries += 1;
      return node;
    },
    transformResult: async ({ result }) => result,
  });
  return { counted, count: () => queries };
}
