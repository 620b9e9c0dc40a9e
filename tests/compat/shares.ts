import { describe, expect, test } from "vitest";
import { newName, type TeamsWorld } from "./teams-world.ts";

export function describeShares({ send, newPerson }: TeamsWorld): void {
  describe("a share", () => {
    test("gives somebody a document until it is taken back", async () => {
      const [ada, ben, cleo] = [await newPerson(), await newPerson(), await newPerson()];
      const resource_path = `/kb/users/${ada.userId}/plan.md`;
      const may = async (action: string) => {
        const question = { resource_type: "kb", resource_path, action };
        return (await send(ben, "POST", "/auth/check-permission", question)).body["allowed"];
      };
      const document = { resource_type: "kb", resource_id: resource_path };
      const recipients = [{ type: "user", email: ben.email }];
      expect(await may("read")).toBe(false);
      expect((await send(cleo, "POST", "/shares", { ...document, recipients })).status).toBe(404);

      const made = await send(ada, "POST", "/shares", { ...document, recipients });
      const share = made.body["shares"]?.[0];
      const path = `/shares/${share?.id}`;

      expect(made).toMatchObject({ status: 201, body: { shares: [{ recipient: { type: "user", id: ben.userId } }] } });
      expect([await may("read"), await may("write")]).toEqual([true, false]);
      for (const [person, direction] of [
        [ada, "by_me"],
        [ben, "with_me"],
      ] as const) {
        expect((await send(person, "GET", `/shares?direction=${direction}`)).body["shares"]).toEqual([share]);
        expect((await send(person, "GET", path)).body).toEqual(share);
      }
      expect((await send(cleo, "GET", path)).status).toBe(404);
      expect((await send(cleo, "GET", "/shares")).body).toEqual({ shares: [], next_cursor: null });
      expect((await send(ben, "PATCH", path, { permissions: ["write"] })).status).toBe(403);
      expect((await send(ada, "PATCH", path, { permissions: ["read", "write"] })).status).toBe(200);
      expect(await may("write")).toBe(true);
      expect((await send(ada, "DELETE", path)).status).toBe(204);
      expect(await may("read")).toBe(false);
    });

    test("goes to teams and workspaces that one can see, and to everybody", async () => {
      const [ada, ben] = [await newPerson(), await newPerson()];
      const team = await send(ben, "POST", "/teams", { name: newName("painters"), display_name: "Painters" });
      const demo = await send(ada, "POST", "/workspaces", { name: newName("demo"), display_name: "Demo" });
      const document = { resource_type: "kb", resource_id: `/kb/users/${ada.userId}/plans/*` };
      const share = (wish: object) => send(ada, "POST", "/shares", { ...document, ...wish });

      expect((await share({ recipients: [{ type: "team", id: team.body["id"] }] })).status).toBe(404);
      expect((await share({ recipients: [{ type: "workspace", id: demo.body["id"] }] })).status).toBe(201);
      expect((await share({ share_type: "public" })).status).toBe(201);
      expect((await share({ share_type: "public", permissions: ["write"] })).status).toBe(422);
      expect((await share({ recipients: [] })).status).toBe(422);
      const question = { resource_type: "kb", resource_path: `/kb/users/${ada.userId}/plans/a.md`, action: "read" };
      expect((await send(ben, "POST", "/auth/check-permission", question)).body).toMatchObject({ allowed: true });
    });
  });
}
