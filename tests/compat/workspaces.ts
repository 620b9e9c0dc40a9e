import { describe, expect, test } from "vitest";
import { readMail } from "../support/read-mails.ts";
import { newName, type TeamsWorld } from "./teams-world.ts";

export function describeWorkspaces({ world, send, newPerson }: TeamsWorld): void {
  describe("a workspace", () => {
    test("lives from its opening to its end", async () => {
      const [ada, ben] = [await newPerson(), await newPerson()];
      const made = await send(ada, "POST", "/workspaces", { name: newName("demo"), display_name: "The demo" });
      const path = `/workspaces/${made.body["id"]}`;
      expect(made).toMatchObject({ status: 201, body: { owner_id: ada.userId, status: "active", is_member: true } });
      expect((await send(ben, "GET", path)).status).toBe(404);

      await send(ada, "POST", `${path}/invitations`, { email: ben.email });
      const { link } = await readMail(world(), ben.email, /workspace/);
      const token = link.searchParams.get("token");
      expect(await send(ben, "POST", "/invitations/accept", { token })).toMatchObject({
        status: 200,
        body: { workspace_id: made.body["id"], place: { type: "workspace", display_name: "The demo" } },
      });
      expect((await send(ben, "GET", "/workspaces")).body["workspaces"]).toMatchObject([{ id: made.body["id"] }]);
      expect((await send(ben, "PATCH", path, { description: "x" })).status).toBe(403);
      expect((await send(ben, "GET", `${path}/members`)).body["members"]).toHaveLength(2);

      expect(await send(ada, "POST", `${path}/transfer`, { user_id: ben.userId })).toMatchObject({
        status: 200,
        body: { owner_id: ben.userId },
      });
      expect((await send(ada, "DELETE", `${path}/members/${ada.userId}`)).status).toBe(204);
      expect(await send(ben, "DELETE", `${path}/members/${ben.userId}`)).toMatchObject({
        status: 409,
        body: { reason: "workspace.owner" },
      });
      expect((await send(ben, "DELETE", path)).status).toBe(409);
      expect((await send(ben, "PATCH", path, { status: "archived" })).body).toMatchObject({ status: "archived" });
      expect((await send(ben, "DELETE", path)).status).toBe(204);
      expect((await send(ben, "GET", path)).status).toBe(404);
    });

    test("takes members from an administrator", async () => {
      const [ada, ben] = [await newPerson(), await newPerson()];
      const { body } = await send(ada, "POST", "/workspaces", { name: newName("demo"), display_name: "Demo" });
      const members = `/workspaces/${body["id"]}/members`;

      expect((await send(ada, "POST", members, { user_id: ben.userId })).status).toBe(403);
      expect((await send(null, "POST", members, { user_id: ben.userId })).status).toBe(201);
      expect((await send(ada, "DELETE", `${members}/${ben.userId}`)).status).toBe(204);
    });
  });
}
