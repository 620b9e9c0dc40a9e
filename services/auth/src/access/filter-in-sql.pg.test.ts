import { type AccessColumns, filterInSql } from "@gaia/db";
import { createTestDatabase } from "@gaia/db/testing";
import fc from "fast-check";
import { type Expression, sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type AccessFacts, emptyFacts } from "./access-facts.ts";
import { collectStatements } from "./collect-statements.ts";
import { decide } from "./decide.ts";
import { arbitraryFacts } from "./testing/arbitrary-facts.ts";
import { walkMatrix } from "./testing/permission-matrix.ts";
import { actions, now, resources, roles, types, user } from "./testing/small-world.ts";

const world = await createTestDatabase();
afterAll(() => world.drop());
const { kysely } = world.database;
const column = (name: string): Expression<string | null> => sql.ref(`listed.${name}`);
const columns: AccessColumns = {
  path: column("path"),
  id: column("resource_id"),
  teamId: column("team_id"),
  workspaceId: column("workspace_id"),
  ownerId: column("owner_id"),
};

beforeAll(async () => {
  await sql`create table listed (
    number integer, type text, path text, resource_id text, team_id uuid, workspace_id uuid, owner_id uuid
  )`.execute(kysely);
  for (const [number, { type, path, id, teamId, workspaceId, ownerId }] of resources.entries()) {
    await sql`insert into listed values (${number}, ${type}, ${path ?? null}, ${id ?? null}, ${teamId ?? null},
      ${workspaceId ?? null}, ${ownerId ?? null})`.execute(kysely);
  }
});

type Facts = AccessFacts;

function filterFor(facts: Facts, question: { readonly type: string; readonly action: string }, of = columns) {
  return filterInSql(collectStatements(facts, { ...question, now }), of);
}

async function list(facts: Facts, type: string, action: string): Promise<number[]> {
  const filter = filterFor(facts, { type, action });
  const { rows } = await sql<{ number: number }>`
    select number from listed where type = ${type} and ${filter} order by number`.execute(kysely);
  return rows.map(({ number }) => number);
}

function decideEach(facts: Facts, type: string, action: string): number[] {
  return [...resources.entries()]
    .filter(([, resource]) => resource.type === type && decide(facts, { action, resource }, now).allowed)
    .map(([number]) => number);
}

describe("a list that filters in SQL", () => {
  test("keeps exactly the rows that the decision allows, whatever the facts are", async () => {
    const question = fc.record({ type: fc.constantFrom(...types), action: fc.constantFrom(...actions) });
    await fc.assert(
      fc.asyncProperty(arbitraryFacts, question, async (facts, { type, action }) => {
        expect(await list(facts, type, action)).toEqual(decideEach(facts, type, action));
      }),
      { numRuns: 600, seed: 20_261_124 },
    );
  });

  test("keeps them in the matrix, too", async () => {
    for (const { facts, request } of walkMatrix(400)) {
      const { type } = request.resource;
      expect(await list(facts, type, request.action)).toEqual(decideEach(facts, type, request.action));
    }
  });

  test("shows nothing where the row says nothing that a rule could be about", async () => {
    const filter = filterFor(emptyFacts(user()), { type: "kb", action: "read" }, {});
    const { rows } = await sql<{ kept: boolean }>`select ${filter} as kept`.execute(kysely);

    expect(rows).toEqual([{ kept: false }]);
  });

  test("is one condition for those who may see everything", async () => {
    const held = roles.filter(({ name }) => name === "super_admin");
    const facts = {
      ...emptyFacts(user()),
      roles: held,
      roleAssignments: held.map(({ id }) => ({
        roleId: id,
        context: { type: "global", id: "global" } as const,
        expiresAt: null,
      })),
    };

    const filter = filterFor(facts, { type: "asset", action: "read" }, { id: column("resource_id") });

    expect(sql`select ${filter}`.compile(kysely).sql).toBe("select (true and true and not false)");
  });

  test("passes what is stored as parameters, never as text", async () => {
    const injected = "x' or true --";
    const facts = {
      ...emptyFacts(user()),
      resourcePermissions: [
        {
          id: "g",
          type: "kb",
          resource: injected,
          grantee: { type: "user" as const, id: "aaaaaaaa-0000-4000-8000-000000000001" },
          actions: ["read"],
          expiresAt: null,
        },
      ],
    };

    const compiled = sql`select ${filterFor(facts, { type: "kb", action: "read" })}`.compile(kysely);

    expect(compiled.sql).not.toContain(injected);
    expect(compiled.parameters).toContain(injected);
  });
});
