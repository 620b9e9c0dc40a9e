import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createPerson, type Person, type StartWorld, type World } from "../support/start-gaia.ts";
import { type Answer, get, jsonOf, post } from "../topology/requests.ts";

const many = 20_000;

/** The audit trail as auditors read it, and everybody their own part of it. */
export function describeAudit(name: string, startWorld: StartWorld): void {
  describe(`the audit trail, ${name}`, () => {
    let world: World;
    let person: Person;
    let other: Person;
    let roleId: string;

    beforeAll(async () => {
      world = await startWorld();
      [person, other] = [await createPerson(world), await createPerson(world)];
      roleId = (await jsonOf(await post(world, "/api/v1/roles", { name: `role-${randomUUID()}` })))["id"];
    });
    afterAll(() => world?.stop());

    const entriesOf = async (query: string, key = world.key): Promise<Answer[]> =>
      (await jsonOf(await get(world, `/api/v1/audit?${query}`, key)))["entries"];

    async function assign(): Promise<string> {
      const requestId = `audit-${randomUUID()}`;
      const body = { user_id: person.userId };
      const headers = { "user-agent": "wire-spec" };
      const response = await post(world, `/api/v1/roles/${roleId}/assignments`, body, { requestId, headers });
      expect(response.status).toBe(201);
      return requestId;
    }

    test("has a change with who, what, whom, from where and for which request", async () => {
      const requestId = await assign();

      const [entry, ...more] = await entriesOf(`request_id=${requestId}`);
      expect(more).toEqual([]);
      expect(entry).toMatchObject({
        action: "role.assigned",
        actor_id: expect.any(String),
        target_user_id: person.userId,
        target_type: "role",
        target_id: roleId,
        principal: { kind: "api-key", api_key_id: expect.any(String) },
        request_id: requestId,
        after: { context_type: "global" },
        ip_address: expect.stringMatching(/127\.0\.0\.1|::1/),
        user_agent: "wire-spec",
        timestamp: expect.stringMatching(/Z$/),
      });
    });

    test("shows a person what was done to them, without from where; and others nothing of it", async () => {
      const requestId = await assign();
      const query = `request_id=${requestId}`;

      expect(await entriesOf(query, person.key)).toMatchObject([
        { action: "role.assigned", ip_address: null, user_agent: null },
      ]);
      expect(await entriesOf(query, other.key)).toEqual([]);
      expect((await fetch(`${world.url}/api/v1/audit`)).status).toBe(401);
    });

    test("is exported as NDJSON, all of it and no more than one may read", async () => {
      const requestId = `audit-${randomUUID()}`;
      await world.database.pool.query(
        `insert into permission_audit_log (event_type, actor_id, request_id, permission_details)
         select 'user.changed', $1, $2, jsonb_build_object('details', jsonb_build_object('number', number))
         from generate_series(1, ${many}) as number`,
        [person.userId, requestId],
      );
      const path = `/api/v1/audit/export?request_id=${requestId}`;

      const response = await get(world, path, person.key);
      expect(response.status).toBe(200);
      expect(response.headers.get("content-type")).toBe("application/x-ndjson");
      const lines = (await response.text()).trimEnd().split("\n");
      expect(lines).toHaveLength(many);
      const numbers = lines.map((line) => JSON.parse(line).details.number);
      expect(new Set(numbers).size).toBe(many);
      expect([numbers[0], numbers.at(-1)]).toEqual([many, 1]);
      expect(await (await get(world, path, other.key)).text()).toBe("");
    });

    test("survives readers that go in the middle of an export", async () => {
      for (let number = 0; number < 5; number += 1) {
        const gone = new AbortController();
        const response = await fetch(`${world.url}/api/v1/audit/export?action=user.changed`, {
          headers: { "x-api-key": world.key },
          signal: gone.signal,
        });
        await response.body?.getReader().read();
        gone.abort();
      }
      expect(await entriesOf("limit=1")).toHaveLength(1);
      expect(world.logs().filter(({ level }) => level === "error")).toEqual([]);
    });

    test.each(["limit=101", "cursor=x", "from=now", "actor_id=1", "action=%00", "team_id=studio"])(
      "tells what is wrong with %s",
      async (query) => {
        expect((await get(world, `/api/v1/audit?${query}`)).status).toBe(422);
      },
    );

    test("tells what is wrong with an export before it begins", async () => {
      expect((await get(world, "/api/v1/audit/export?from=now")).status).toBe(422);
      expect((await fetch(`${world.url}/api/v1/audit/export`)).status).toBe(401);
    });
  });
}
