import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readMail } from "../support/read-mails.ts";
import { createPerson, type Person, type StartWorld, type World } from "../support/start-gaia.ts";
import { jsonOf } from "../topology/requests.ts";
import { describeShares } from "./shares.ts";
import { newName, type TeamsWorld } from "./teams-world.ts";
import { describeWorkspaces } from "./workspaces.ts";

/** Teams, workspaces, invitations and shares as a client meets them. */
export function describeTeams(name: string, startWorld: StartWorld): void {
  describe(`teams and what belongs to them, ${name}`, () => {
    let world: World;
    const send: TeamsWorld["send"] = async (person, method, path, body) => {
      const response = await fetch(`${world.url}/api/v1${path}`, {
        method,
        headers: { "x-api-key": person?.key ?? world.key, "content-type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { status: response.status, body: response.status === 204 ? {} : await jsonOf(response) };
    };
    const shared = { world: () => world, send, newPerson: () => createPerson(world) };

    beforeAll(async () => {
      world = await startWorld();
    });
    afterAll(() => world?.stop());

    describeTheTeams(shared);
    describeInvitations(shared);
    describeWorkspaces(shared);
    describeShares(shared);
  });
}

function describeTheTeams({ send, newPerson }: TeamsWorld): void {
  describe("a team", () => {
    test("is founded, seen, changed and deleted by its owner, and does not exist for others", async () => {
      const [ada, ben] = [await newPerson(), await newPerson()];
      const made = await send(ada, "POST", "/teams", { name: newName("painters"), display_name: "Painters" });
      const path = `/teams/${made.body["id"]}`;

      expect(made).toMatchObject({ status: 201, body: { own_role: "owner", member_count: 1, created_by: ada.userId } });
      expect(await send(ada, "GET", path)).toEqual({ status: 200, body: made.body });
      expect(await send(ada, "GET", "/teams")).toMatchObject({
        status: 200,
        body: { teams: [made.body], next_cursor: null },
      });
      expect(await send(ada, "PATCH", path, { description: "x" })).toMatchObject({
        status: 200,
        body: { description: "x" },
      });
      for (const [method, body] of [["GET"], ["PATCH", { description: "y" }], ["DELETE"]] as const) {
        expect(await send(ben, method, path, body)).toMatchObject({ status: 404, body: { code: "NOT_FOUND" } });
      }
      expect((await send(ben, "GET", "/teams")).body).toEqual({ teams: [], next_cursor: null });
      expect((await send(ada, "DELETE", path)).status).toBe(204);
      expect((await send(ada, "GET", path)).status).toBe(404);
    });

    test("tells what is wrong with a request", async () => {
      const ada = await newPerson();
      const name = newName("painters");
      await send(ada, "POST", "/teams", { name, display_name: "Painters" });

      expect(await send(ada, "POST", "/teams", { name, display_name: "x" })).toMatchObject({
        status: 409,
        body: { code: "CONFLICT", reason: "team.name_taken" },
      });
      expect((await send(ada, "POST", "/teams", { name: "No Name" })).status).toBe(422);
      expect((await send(ada, "POST", "/teams", { name: "a\0", display_name: "x" })).status).toBe(422);
      expect((await send(ada, "GET", "/teams/none")).status).toBe(422);
      expect((await send(ada, "GET", "/teams?q=%00")).status).toBe(422);
      expect((await send(ada, "GET", "/teams?cursor=AA")).status).toBe(422);
      expect((await send(ada, "GET", "/teams?limit=0")).status).toBe(422);
    });

    test("takes members from an administrator, and keeps its last owner", async () => {
      const [ada, ben] = [await newPerson(), await newPerson()];
      const { body } = await send(ada, "POST", "/teams", { name: newName("painters"), display_name: "Painters" });
      const members = `/teams/${body["id"]}/members`;

      expect((await send(ada, "POST", members, { user_id: ben.userId })).status).toBe(403);
      expect(await send(null, "POST", members, { email: ben.email, team_role: "viewer" })).toMatchObject({
        status: 201,
        body: { user_id: ben.userId, team_role: "viewer" },
      });
      expect((await send(ben, "GET", members)).body["members"]).toHaveLength(2);
      expect((await send(ben, "PATCH", `${members}/${ben.userId}`, { team_role: "admin" })).status).toBe(403);
      expect(await send(ada, "DELETE", `${members}/${ada.userId}`)).toMatchObject({
        status: 409,
        body: { reason: "team.last_owner" },
      });
      expect((await send(ada, "PATCH", `${members}/${ben.userId}`, { team_role: "owner" })).status).toBe(200);
      const both = await Promise.all([ada, ben].map((each) => send(each, "DELETE", `${members}/${each.userId}`)));
      expect(both.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([204, 409]);
    });

    test("is handed over, and lies below another one", async () => {
      const [ada, ben] = [await newPerson(), await newPerson()];
      const company = await send(ada, "POST", "/teams", { name: newName("company"), display_name: "Company" });
      const parent_team_id = company.body["id"];
      const studio = { name: newName("studio"), display_name: "Studio", parent_team_id };
      const { body } = await send(ada, "POST", "/teams", studio);
      await send(null, "POST", `/teams/${body["id"]}/members`, { user_id: ben.userId });

      expect(body["parent"]).toMatchObject({ id: parent_team_id, display_name: "Company" });
      expect(await send(ada, "PATCH", `/teams/${parent_team_id}`, { parent_team_id: body["id"] })).toMatchObject({
        status: 409,
        body: { reason: "team.loop" },
      });
      const handed = await send(ada, "POST", `/teams/${body["id"]}/transfer`, { user_id: ben.userId });
      expect(handed).toMatchObject({ status: 200, body: { own_role: "admin" } });
      expect((await send(ben, "GET", `/teams?parent_team_id=${parent_team_id}`)).body["teams"]).toMatchObject([
        { id: body["id"], own_role: "owner", parent: null },
      ]);
    });
  });
}

function describeInvitations({ world, send, newPerson }: TeamsWorld): void {
  describe("an invitation", () => {
    const found = async (owner: Person) =>
      (await send(owner, "POST", "/teams", { name: newName("painters"), display_name: "The painters" })).body["id"];

    test("is mailed to a folder, and its link lets the account of the address join, once", async () => {
      const [ada, ben, cleo] = [await newPerson(), await newPerson(), await newPerson()];
      const team = await found(ada);
      const sent = await send(ada, "POST", `/teams/${team}/invitations`, { email: ben.email, team_role: "admin" });
      const mail = await readMail(world(), ben.email, /Invitation/);
      const token = mail.link.searchParams.get("token") ?? "";

      expect(sent).toMatchObject({ status: 201, body: { email: ben.email, team_role: "admin", accepted_at: null } });
      expect(mail.text).toContain(`${ada.email} invites you to the team "The painters".`);
      expect(token).not.toBe("");
      const listed = await send(ada, "GET", `/teams/${team}/invitations`);
      expect(listed.body["invitations"]).toEqual([sent.body]);
      expect(JSON.stringify(listed)).not.toContain(token);
      expect(await send(cleo, "POST", "/invitations/accept", { token })).toMatchObject({
        status: 403,
        body: { reason: "invitation.other_address" },
      });
      const accepted = await Promise.all([1, 2, 3].map(() => send(ben, "POST", "/invitations/accept", { token })));
      expect(accepted.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 404, 404]);
      expect((await send(ben, "GET", `/teams/${team}`)).body).toMatchObject({ own_role: "admin", member_count: 2 });
    });

    test("waits for who has the address, to be accepted, declined or taken back", async () => {
      const [ada, ben] = [await newPerson(), await newPerson()];
      const ids: string[] = [];
      for (let count = 0; count < 3; count += 1) {
        const team = await found(ada);
        const { body } = await send(ada, "POST", `/teams/${team}/invitations`, { email: ben.email.toUpperCase() });
        ids.push(String(body["id"]));
        if (count < 2) continue;
        expect((await send(ada, "DELETE", `/teams/${team}/invitations/${body["id"]}`)).status).toBe(204);
      }

      const own = await send(ben, "GET", "/invitations");
      expect(own.body["invitations"]).toMatchObject([
        { id: ids[1], place: { display_name: "The painters" }, inviter: { email: ada.email } },
        { id: ids[0] },
      ]);
      expect((await send(ada, "POST", `/invitations/${ids[0]}/accept`)).status).toBe(404);
      expect((await send(ben, "POST", `/invitations/${ids[0]}/accept`)).status).toBe(200);
      expect((await send(ben, "POST", `/invitations/${ids[1]}/decline`)).status).toBe(204);
      expect((await send(ben, "POST", `/invitations/${ids[2]}/accept`)).status).toBe(404);
      expect((await send(ben, "GET", "/invitations")).body["invitations"]).toEqual([]);
    });

    test("to an address goes out once a minute, whether there is an account or not", async () => {
      const [ada, ben] = [await newPerson(), await newPerson()];
      const path = `/teams/${await found(ada)}/invitations`;

      for (const email of [ben.email, `${randomUUID()}@example.test`]) {
        expect((await send(ada, "POST", path, { email })).status).toBe(201);
        expect((await send(ada, "POST", path, { email })).status).toBe(429);
      }
    });
  });
}
