import type { Tables } from "@gaia/db";
import fc from "fast-check";
import { type Kysely, sql } from "kysely";

/** A world of a few people, teams, workspaces and shares, in which one person, the first, looks around. */

const numbers = (count: number) => Array.from({ length: count }, (_, number) => number);

const peopleCount = 3;
const teamCount = 5;
const workspaceCount = 3;

export const idOf = (group: "a" | "d" | "e" | "f", number: number): string =>
  `${group.repeat(8)}-0000-4000-8000-00000000000${number}`;

const person = fc.nat(peopleCount - 1);
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { freq: 3 });
const end = fc.constantFrom(null, null, "2026-11-24T12:00:00Z", "2026-11-24T12:00:01Z");

const team = fc.record({
  // The first ones lie at the top, so that most worlds have no loop; some have.
  parent: maybe(fc.nat(teamCount - 1)),
  isActive: fc.constantFrom(true, true, true, false, null),
  members: fc.dictionary(
    fc.constantFrom(...numbers(peopleCount).map(String)),
    fc.constantFrom("owner", "admin", "member", "viewer", "unknown", null),
  ),
});

const workspace = fc.record({
  owner: maybe(person),
  creator: maybe(person),
  status: fc.constantFrom("active", "active", "archived", "expired", null),
  end,
  members: fc.uniqueArray(person),
});

const paths = [
  `/kb/users/${idOf("a", 0)}/x.md`,
  `/kb/users/${idOf("a", 1)}/x.md`,
  ...numbers(teamCount).map((number) => `/kb/teams/${idOf("d", number)}/x.md`),
  `/kb/teams/${idOf("d", 1)}/*`,
  `/kb/workspaces/${idOf("e", 0)}/x.md`,
  "/kb/shared/x.md",
];

const share = fc.record({
  resource: fc.oneof(
    fc.record({ type: fc.constant("kb"), name: fc.constantFrom(...paths) }),
    fc.record({ type: fc.constantFrom("asset", "conversation"), name: fc.constantFrom("x-1", "x-2") }),
  ),
  sharer: person,
  recipient: fc.oneof(
    fc.constant({ type: "everyone", id: "" }),
    fc.record({ type: fc.constant("user"), id: person.map((number) => idOf("a", number)) }),
    fc.record({ type: fc.constant("team"), id: fc.nat(teamCount - 1).map((number) => idOf("d", number)) }),
    fc.record({ type: fc.constant("workspace"), id: fc.nat(workspaceCount - 1).map((number) => idOf("e", number)) }),
    fc.record({ type: fc.constant("role"), id: fc.constantFrom("user", "kb_admin") }),
    fc.record({ type: fc.constantFrom("team", "link"), id: fc.constant("no id") }),
  ),
  actions: fc.subarray(["read", "write", "share", "admin"], { minLength: 1 }),
  isActive: fc.constantFrom(true, true, true, false, null),
  end,
});

/** What the person who looks around holds besides. */
const grant = fc.record({
  permission: fc.record({
    type: fc.constantFrom("team", "workspace", "kb", "asset", "share"),
    path: fc.constantFrom("*", null, idOf("d", 2), "/kb/teams/*", "x-1"),
    action: fc.constantFrom("read", "admin"),
  }),
  granted: fc.boolean(),
  context: fc.constantFrom(["global", "global"], ["team", idOf("d", 1)], ["workspace", idOf("e", 1)]),
});

export const arbitraryPlaces = fc.record({
  teams: fc.array(team, { minLength: teamCount, maxLength: teamCount }),
  workspaces: fc.array(workspace, { minLength: workspaceCount, maxLength: workspaceCount }),
  shares: fc.array(share, { maxLength: 9 }),
  grants: fc.array(grant, { maxLength: 3 }),
  scopes: fc.option(fc.subarray(["team:read", "workspace:read", "share:read", "kb:*", "*:admin", "*"])),
});

type Places = typeof arbitraryPlaces extends fc.Arbitrary<infer Value> ? Value : never;

/** Into a database that has nothing but its seeds. */
export async function storePlaces(kysely: Kysely<Tables>, places: Places): Promise<void> {
  await sql`truncate users, teams, workspaces, shared_resources, resource_permissions cascade`.execute(kysely);
  await kysely
    .insertInto("users")
    .values(numbers(peopleCount).map((number) => ({ id: idOf("a", number), email: `${number}@example.test` })))
    .execute();
  for (const [number, { isActive }] of places.teams.entries()) {
    const names = { name: `team-${number}`, display_name: `Team ${number}` };
    await kysely
      .insertInto("teams")
      .values({ id: idOf("d", number), ...names, is_active: isActive })
      .execute();
  }
  for (const [number, { parent, members }] of places.teams.entries()) {
    const id = idOf("d", number);
    const parent_team_id = parent === null ? null : idOf("d", parent);
    await kysely.updateTable("teams").set({ parent_team_id }).where("id", "=", id).execute();
    for (const [member, team_role] of Object.entries(members)) {
      const user_id = idOf("a", Number(member));
      await kysely.insertInto("team_members").values({ team_id: id, user_id, team_role }).execute();
    }
  }
  for (const [number, each] of places.workspaces.entries()) await storeWorkspace(kysely, number, each);
  for (const [number, each] of places.shares.entries()) await storeShare(kysely, number, each);
  for (const each of places.grants) await storeGrant(kysely, each);
}

async function storeWorkspace(kysely: Kysely<Tables>, number: number, facts: Places["workspaces"][number]) {
  const id = idOf("e", number);
  await kysely
    .insertInto("workspaces")
    .values({
      id,
      name: `workspace-${number}`,
      display_name: `Workspace ${number}`,
      status: facts.status,
      expires_at: facts.end,
      owner_id: facts.owner === null ? null : idOf("a", facts.owner),
      created_by: facts.creator === null ? null : idOf("a", facts.creator),
    })
    .execute();
  for (const member of facts.members) {
    await kysely
      .insertInto("workspace_members")
      .values({ workspace_id: id, user_id: idOf("a", member) })
      .execute();
  }
}

async function storeShare(kysely: Kysely<Tables>, number: number, facts: Places["shares"][number]): Promise<void> {
  const { type, id } = facts.recipient;
  await kysely
    .insertInto("shared_resources")
    .values({
      id: idOf("f", number),
      resource_type: facts.resource.type,
      resource_id: facts.resource.name,
      shared_by: idOf("a", facts.sharer),
      share_type: type === "everyone" ? "public" : type === "link" ? "link" : "direct",
      permissions: facts.actions,
      is_active: facts.isActive,
      expires_at: facts.end,
      created_at: number % 2 === 0 ? null : new Date(2026, 0, number),
      metadata: JSON.stringify(type === "everyone" ? {} : { shared_with_type: type, shared_with_id: id }),
    })
    .execute();
}

async function storeGrant(kysely: Kysely<Tables>, { permission, granted, context }: Places["grants"][number]) {
  const { type, path, action } = permission;
  const values = { resource_type: type, resource_path: path, action };
  const { id } = await kysely.insertInto("permissions").values(values).returning("id").executeTakeFirstOrThrow();
  const [context_type = "", context_id = ""] = context;
  await kysely
    .insertInto("user_permissions")
    .values({ user_id: idOf("a", 0), permission_id: id, granted, context_type, context_id })
    .execute();
}
