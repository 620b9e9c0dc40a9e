import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { Person } from "../support/start-gaia.ts";
import { type Caller, personasClient, personasPath, type PersonasWorld } from "./personas-world.ts";

export function describePersonaSharing(shared: PersonasWorld): void {
  const { send, make, namesFor } = personasClient(shared);
  const statuses = async (person: Caller, path: string) => {
    const answers = [
      await send(person, "GET", path),
      await send(person, "GET", `${path}/export`).catch(() => ({ status: 200 })),
      await send(person, "PUT", path, { description: "Theirs" }),
      await send(person, "PUT", path, { visibility: "public" }),
      await send(person, "POST", `${path}/shares`, { share_type: "public" }),
      await send(person, "DELETE", path),
    ];
    return answers.map(({ status }) => status);
  };
  const people = async () => [await shared.newPerson(), await shared.newPerson(), await shared.newPerson()] as const;
  const found = async (person: Person, kind: "teams" | "workspaces", member: Person) => {
    const place = { name: `p-${randomUUID().slice(0, 8)}`, display_name: "Painters" };
    const { body } = await send(person, "POST", `/api/v1/${kind}`, place);
    const role = kind === "teams" ? { team_role: "viewer" } : {};
    const administrator = shared.opened().world;
    await send(administrator, "POST", `/api/v1/${kind}/${body["id"]}/members`, { user_id: member.userId, ...role });
    return String(body["id"]);
  };

  describe("a persona of somebody's", () => {
    test("does not exist for others", async () => {
      const [ada, ben] = await people();
      const { id, name } = await make(ada);

      expect(await statuses(ben, `${personasPath}/${id}`)).toEqual([404, 404, 404, 404, 404, 404]);
      expect((await send(ben, "POST", `${personasPath}/set`, { persona_id: id })).status).toBe(404);
      expect(await namesFor(ben, "?active_only=false")).not.toContain(name);
    });

    test("that is public is everybody's to read", async () => {
      const [ada, ben] = await people();
      const { id, name } = await make(ada, { visibility: "public" });

      expect(await statuses(ben, `${personasPath}/${id}`)).toEqual([200, 200, 403, 403, 403, 403]);
      expect(await namesFor(ben)).toContain(name);
    });

    test("is its recipient's to read from the share on, until it is revoked", async () => {
      const [ada, ben, cleo] = await people();
      const { id, name } = await make(ada);
      const path = `${personasPath}/${id}`;
      const recipients = [{ type: "user", id: ben.userId }];
      expect((await send(ben, "POST", `${path}/shares`, { recipients })).status).toBe(404);
      const share = await send(ada, "POST", `${path}/shares`, { recipients, message: "Look" });

      expect(share).toMatchObject({
        status: 201,
        body: { shares: [{ resource_type: "persona", resource_id: id, shared_by: ada.userId, permissions: ["read"] }] },
      });
      expect(await statuses(ben, path)).toEqual([200, 200, 403, 403, 403, 403]);
      expect([await namesFor(ben), await namesFor(cleo)]).toEqual([
        expect.arrayContaining([name]),
        expect.not.arrayContaining([name]),
      ]);
      expect((await send(ben, "POST", `${personasPath}/set`, { persona_id: id })).status).toBe(200);
      const listed = await send(ada, "GET", `/api/v1/shares?resource_type=persona&resource_id=${id}`);
      expect(listed.body["shares"]).toHaveLength(1);
      expect((await send(ada, "DELETE", `/api/v1/shares/${share.body["shares"][0].id}`)).status).toBe(204);
      expect(await statuses(ben, path)).toEqual([404, 404, 404, 404, 404, 404]);
      expect(await namesFor(ben)).not.toContain(name);
      expect((await send(ben, "GET", `${personasPath}/current`)).body["persona"]).toMatchObject({ name: "Mu" });
    });

    test("can be given to be changed, but not to be opened or handed on", async () => {
      const [ada, ben] = await people();
      const { id } = await make(ada);
      const path = `${personasPath}/${id}`;
      const recipients = [{ type: "user", id: ben.userId }];
      await send(ada, "POST", `${path}/shares`, { recipients, permissions: ["read", "write"] });

      expect(await statuses(ben, path)).toEqual([200, 200, 200, 403, 403, 403]);
      expect((await send(ada, "GET", path)).body["persona"]).toMatchObject({ description: "Theirs" });
    });

    test.each(["teams", "workspaces"] as const)("reaches the members of %s", async (kind) => {
      const [ada, ben, cleo] = await people();
      const placeId = await found(ada, kind, ben);
      const { id, name } = await make(ada);
      const type = kind === "teams" ? "team" : "workspace";
      const body = { recipients: [{ type, id: placeId }] };

      expect((await send(ada, "POST", `${personasPath}/${id}/shares`, body)).status).toBe(201);
      expect(await namesFor(ben)).toContain(name);
      expect(await namesFor(cleo)).not.toContain(name);
      expect((await send(ben, "GET", `${personasPath}/${id}`)).status).toBe(200);
      expect((await send(cleo, "GET", `${personasPath}/${id}`)).status).toBe(404);
    });

    test("that is shared with everybody is everybody's to read", async () => {
      const [ada, ben] = await people();
      const { id, name } = await make(ada);
      const shares = `${personasPath}/${id}/shares`;

      expect((await send(ada, "POST", shares, { share_type: "public", permissions: ["write"] })).status).toBe(422);
      expect((await send(ada, "POST", shares, { share_type: "public" })).status).toBe(201);
      expect(await namesFor(ben)).toContain(name);
    });

    test("is an administrator's too", async () => {
      const [ada] = await people();
      const { id } = await make(ada);
      const administrator = shared.opened().world;

      expect(await statuses(administrator, `${personasPath}/${id}`)).toEqual([200, 200, 200, 200, 201, 200]);
      expect((await send(ada, "GET", `${personasPath}/${id}`)).status).toBe(404);
    });

    test("is closed to whom it was denied, even when it is public", async () => {
      const [ada, ben] = await people();
      const { id, name } = await make(ada, { visibility: "public" });
      const administrator = shared.opened().world;
      const permission = { resource_type: "persona", resource_path: String(id), action: "read" };
      const made = await send(administrator, "POST", "/api/v1/permissions", permission);
      const grant = {
        principal_type: "user",
        principal_id: ben.userId,
        permission_id: made.body["id"],
        granted: false,
      };
      expect((await send(administrator, "POST", "/api/v1/permissions/grants", grant)).status).toBe(201);

      expect((await send(ben, "GET", `${personasPath}/${id}`)).status).toBe(404);
      expect(await namesFor(ben)).not.toContain(name);
    });

    test("is for a key what its scopes say", async () => {
      const [ada] = await people();
      const { id, name } = await make(ada);
      const keyWith = async (scopes: string[]) => {
        const { body } = await send(ada, "POST", "/api/v1/auth/api-keys", { name: "k", scopes });
        return { key: String(body["key"]) };
      };
      const [chatting, reading] = [await keyWith(["chat:*"]), await keyWith(["chat:read", "persona:read"])];

      expect(await namesFor(chatting)).toEqual(["Mu"]);
      expect((await send(chatting, "GET", `${personasPath}/${id}`)).status).toBe(404);
      expect(await namesFor(reading)).toContain(name);
      for (const key of [chatting, reading]) {
        expect((await send(key, "POST", personasPath, {})).status).toBe(403);
        expect((await send(key, "DELETE", `${personasPath}/${id}`)).status).toBe(403);
      }
    });
  });
}
