import { teams } from "@gaia/contracts";
import { describe, expect, test } from "vitest";
import { byKey, openPlacesWorld, settle, type TestPerson } from "../testing/open-places-world.ts";
import { founding, join } from "../testing/team-steps.ts";

const world = await openPlacesWorld();

async function setup() {
  const opened = await world.setup();
  const [ada, ben, cleo] = [await opened.person("ada"), await opened.person("ben"), await opened.person("cleo")];
  const team = await founding(opened, ada)("painters");
  const { call, kysely } = opened;
  const roleOf = async ({ id }: TestPerson) => {
    const roles = kysely.selectFrom("team_members").select("team_role").where("team_id", "=", team.id);
    return (await roles.where("user_id", "=", id).executeTakeFirst())?.team_role ?? "none";
  };
  const change = (actor: Pick<TestPerson, "principal">, { id }: TestPerson, team_role: teams.TeamRole) =>
    call(actor, teams.changeTeamMember, { team_id: team.id, user_id: id, team_role });
  const remove = (actor: Pick<TestPerson, "principal">, { id }: TestPerson) =>
    call(actor, teams.removeTeamMember, { team_id: team.id, user_id: id });
  const transfer = (actor: TestPerson, { id }: TestPerson) =>
    call(actor, teams.transferTeam, { team_id: team.id, user_id: id });
  const switchOff = ({ id }: TestPerson) =>
    kysely.updateTable("users").set({ is_active: false }).where("id", "=", id).execute();
  await opened.announced();
  return { ...opened, ada, ben, cleo, team, roleOf, change, remove, transfer, switchOff };
}

describe("the members of a team", () => {
  test("are listed for all who may see the team, in pages by address", async () => {
    const opened = await setup();
    const { call, ada, ben, cleo, team } = opened;
    await join(opened, team, cleo, "viewer");
    await join(opened, team, ben, null);

    const first = await call(cleo, teams.listTeamMembers, { team_id: team.id, limit: 2 });
    const second = await call(cleo, teams.listTeamMembers, { team_id: team.id, cursor: first.next_cursor ?? "" });

    expect([...first.members, ...second.members]).toMatchObject([
      { user_id: ada.id, email: ada.email, name: "ada", team_role: "owner", joined_at: "2026-11-24T12:00:00.000Z" },
      { user_id: ben.id, team_role: null },
      { user_id: cleo.id, team_role: "viewer", invited_by: null },
    ]);
    expect(second.next_cursor).toBeNull();
    const dora = await opened.person("dora");
    for (const team_id of [team.id, crypto.randomUUID()]) {
      await expect(call(dora, teams.listTeamMembers, { team_id })).rejects.toMatchObject({ code: "NOT_FOUND" });
    }
    const root = await opened.administrator("root");
    await expect(call(root, teams.listTeamMembers, { team_id: crypto.randomUUID() })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
  });
});

describe("adding a member without asking", () => {
  test("is for administrators only; everybody else invites", async () => {
    const opened = await setup();
    const { call, ada, ben, cleo, team, announced, kysely } = opened;
    const root = await opened.administrator("root");
    const add = (actor: TestPerson, input: object) =>
      call(actor, teams.addTeamMember, { team_id: team.id, team_role: "admin", ...input });

    await expect(add(ada, { user_id: ben.id })).rejects.toMatchObject({
      code: "FORBIDDEN",
      reason: "team.invitation_needed",
    });
    // Whether there is an account is nobody's business.
    await expect(add(ada, { email: "nobody@example.test" })).rejects.toMatchObject({
      reason: "team.invitation_needed",
    });
    await expect(add(ben, { user_id: cleo.id })).rejects.toMatchObject({ code: "NOT_FOUND" });
    const added = await add(root, { email: "BEN@example.test" });

    expect(added).toMatchObject({ user_id: ben.id, team_role: "admin", invited_by: root.id });
    expect(await announced()).toEqual([[ben.id]]);
    const trail = kysely.selectFrom("permission_audit_log").selectAll().where("event_type", "=", "team.member_added");
    expect(await trail.where("team_id", "=", team.id).execute()).toMatchObject([
      { actor_id: root.id, target_user_id: ben.id, permission_details: { after: { team_role: "admin" } } },
    ]);
    await expect(add(root, { user_id: ben.id })).rejects.toMatchObject({ reason: "team.member_exists" });
    await expect(add(root, { email: "nobody@example.test" })).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(add(root, { user_id: crypto.randomUUID() })).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(add(root, {})).rejects.toMatchObject({ code: "INVALID_INPUT" });
    await opened.switchOff(cleo);
    await expect(add(root, { user_id: cleo.id })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});

describe("the role of a member", () => {
  test("is changed by owners and admins, and counts at once", async () => {
    const opened = await setup();
    const { ada, ben, team, change, announced, roleOf } = opened;
    await join(opened, team, ben, "viewer");

    expect(await change(ada, ben, "admin")).toMatchObject({ user_id: ben.id, team_role: "admin" });

    expect(await roleOf(ben)).toBe("admin");
    expect(await announced()).toEqual([[ben.id]]);
    await expect(change(ada, await opened.person("dora"), "viewer")).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("is at most that of whoever gives it, and admins neither make nor unmake owners", async () => {
    const opened = await setup();
    const { ada, ben, cleo, team, change, remove, roleOf } = opened;
    await join(opened, team, ben, "admin");
    await join(opened, team, cleo, "member");

    await expect(change(ben, cleo, "owner")).rejects.toMatchObject({ code: "FORBIDDEN", reason: "team.owners_only" });
    await expect(change(ben, ben, "owner")).rejects.toMatchObject({ reason: "team.owners_only" });
    await expect(change(ben, ada, "member")).rejects.toMatchObject({ reason: "team.owners_only" });
    await expect(remove(ben, ada)).rejects.toMatchObject({ reason: "team.owners_only" });
    await expect(change(cleo, cleo, "admin")).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(remove(cleo, ben)).rejects.toMatchObject({ code: "FORBIDDEN" });
    await change(ben, cleo, "admin");
    expect(await roleOf(cleo)).toBe("admin");
    await change(cleo, ben, "viewer");
    expect(await roleOf(ben)).toBe("viewer");
  });

  test("can be given by owners and admins of teams above, within what they are there", async () => {
    const opened = await setup();
    const { ada, ben, cleo, team, change } = opened;
    const studio = await founding(opened, ada)("studio", team.id);
    await join(opened, team, ben, "admin");
    await join(opened, studio, cleo, "member");
    const raise = (actor: TestPerson, team_role: teams.TeamRole) =>
      opened.call(actor, teams.changeTeamMember, { team_id: studio.id, user_id: cleo.id, team_role });

    await raise(ben, "admin");
    await expect(raise(ben, "owner")).rejects.toMatchObject({ reason: "team.owners_only" });
    // Who manages the team below manages nothing above.
    await expect(change(cleo, ben, "viewer")).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(await raise(ada, "owner")).toMatchObject({ team_role: "owner" });
  });

  test("can be managed by somebody to whom it was delegated in this team and those below, as an admin", async () => {
    const opened = await setup();
    const { call, ada, ben, cleo, kysely, team } = opened;
    const other = await founding(opened, ada)("other");
    const studio = await founding(opened, ada)("studio", team.id);
    for (const each of [team, other, studio]) await join(opened, each, cleo, "member");
    const permissions = kysely.selectFrom("permissions").select(["id", "action"]).where("resource_type", "=", "team");
    for (const { id, action } of await permissions.execute()) {
      if (action === "create") continue;
      const context = { context_type: "team", context_id: team.id };
      await kysely
        .insertInto("user_permissions")
        .values({ user_id: ben.id, permission_id: id, ...context })
        .execute();
    }
    const raise = (team_id: string, team_role: teams.TeamRole) =>
      call(ben, teams.changeTeamMember, { team_id, user_id: cleo.id, team_role });

    await raise(team.id, "admin");
    await raise(studio.id, "admin");
    await expect(raise(team.id, "owner")).rejects.toMatchObject({ reason: "team.owners_only" });
    await expect(raise(other.id, "admin")).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(call(ben, teams.deleteTeam, { team_id: studio.id })).rejects.toMatchObject({ code: "FORBIDDEN" });
  });

  test("cannot be managed with a key whose scopes are about something else", async () => {
    const opened = await setup();
    const { ada, ben, team, change } = opened;
    await join(opened, team, ben, "viewer");

    await expect(change(byKey(ada, "chat:create"), ben, "member")).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(change(byKey(ada, "team:read"), ben, "member")).rejects.toMatchObject({ code: "FORBIDDEN" });
    await change(byKey(ada, "team:admin"), ben, "admin");
    await expect(change(byKey(ada, "team:admin"), ben, "owner")).rejects.toMatchObject({ reason: "team.owners_only" });
  });
});

describe("leaving a team", () => {
  test("is everybody's right, also when the team is switched off, and nobody else's business", async () => {
    const opened = await setup();
    const { call, ada, ben, cleo, team, remove, roleOf, announced, kysely } = opened;
    await join(opened, team, ben, "viewer");
    await call(ada, teams.changeTeam, { team_id: team.id, is_active: false });
    await announced();

    await remove(ben, ben);

    expect(await roleOf(ben)).toBe("none");
    expect(await announced()).toEqual([[ben.id]]);
    const trail = kysely.selectFrom("permission_audit_log").selectAll().where("event_type", "=", "team.member_removed");
    expect(await trail.where("team_id", "=", team.id).execute()).toMatchObject([
      { permission_details: { before: { team_role: "viewer" }, details: { left: true } } },
    ]);
    await expect(remove(ben, ben)).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(remove(cleo, cleo)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("is not for the last owner, nor is being removed or made less", async () => {
    const opened = await setup();
    const { ada, ben, team, remove, change, roleOf } = opened;
    const root = await opened.administrator("root");
    await join(opened, team, ben, "admin");

    await expect(remove(ada, ada)).rejects.toMatchObject({ code: "CONFLICT", reason: "team.last_owner" });
    await expect(change(ada, ada, "admin")).rejects.toMatchObject({ reason: "team.last_owner" });
    await expect(remove(root, ada)).rejects.toMatchObject({ reason: "team.last_owner" });
    expect(await roleOf(ada)).toBe("owner");
    await change(ada, ben, "owner");
    await remove(ada, ada);
    expect(await roleOf(ben)).toBe("owner");
  });

  test("is not for the last owner whose account works", async () => {
    const opened = await setup();
    const { ada, ben, team, remove } = opened;
    await join(opened, team, ben, "owner");
    await opened.switchOff(ben);

    await expect(remove(ada, ada)).rejects.toMatchObject({ reason: "team.last_owner" });
    await remove(ada, ben);
  });

  test("leaves an owner when all go at once", async () => {
    const opened = await setup();
    const { ada, ben, cleo, team, remove, kysely } = opened;
    for (const person of [ben, cleo]) await join(opened, team, person, "owner");

    const { done, reasons } = await settle([ada, ben, cleo].map((person) => remove(person, person)));

    expect({ done, reasons }).toEqual({ done: 2, reasons: ["team.last_owner"] });
    const left = await kysely.selectFrom("team_members").select("team_role").where("team_id", "=", team.id).execute();
    expect(left).toEqual([{ team_role: "owner" }]);
  });

  test("leaves an owner when two unmake each other", async () => {
    const opened = await setup();
    const { ada, ben, team, change, roleOf } = opened;
    await join(opened, team, ben, "owner");

    const { done, reasons } = await settle([change(ada, ben, "member"), change(ben, ada, "member")]);

    expect({ done, reasons }).toEqual({ done: 1, reasons: ["permission.denied"] });
    expect([await roleOf(ada), await roleOf(ben)].toSorted()).toEqual(["member", "owner"]);
  });
});

describe("handing a team over", () => {
  test("makes a member the owner, and who did it an admin", async () => {
    const opened = await setup();
    const { ada, ben, cleo, team, transfer, roleOf, announced, kysely } = opened;
    await join(opened, team, ben, "viewer");
    await join(opened, team, cleo, "owner");

    const shown = await transfer(ada, ben);

    expect(shown.own_role).toBe("admin");
    expect([await roleOf(ada), await roleOf(ben), await roleOf(cleo)]).toEqual(["admin", "owner", "owner"]);
    expect(await announced()).toEqual([[ada.id, ben.id].toSorted()]);
    const trail = kysely.selectFrom("permission_audit_log").selectAll().where("event_type", "=", "team.transferred");
    const { permission_details } = await trail.where("team_id", "=", team.id).executeTakeFirstOrThrow();
    expect(permission_details).toMatchObject({ before: { owners: expect.arrayContaining([ada.id, cleo.id]) } });
  });

  test("by an administrator puts the new owner in the place of all others", async () => {
    const opened = await setup();
    const { ada, ben, cleo, team, transfer, roleOf } = opened;
    await join(opened, team, ben, "viewer");
    await join(opened, team, cleo, "owner");

    await transfer(await opened.administrator("root"), ben);

    expect([await roleOf(ada), await roleOf(ben), await roleOf(cleo)]).toEqual(["admin", "owner", "admin"]);
  });

  test("is for owners only and to members only whose account works", async () => {
    const opened = await setup();
    const { ada, ben, cleo, team, transfer, roleOf } = opened;
    await join(opened, team, ben, "admin");

    await expect(transfer(ben, ben)).rejects.toMatchObject({ reason: "team.owners_only" });
    await expect(transfer(ada, cleo)).rejects.toMatchObject({ code: "NOT_FOUND" });
    await opened.switchOff(ben);
    await expect(transfer(ada, ben)).rejects.toMatchObject({ reason: "team.last_owner" });
    expect(await roleOf(ada)).toBe("owner");
  });

  test("to two people at once hands it to one of them", async () => {
    const opened = await setup();
    const { ada, ben, cleo, team, transfer, roleOf } = opened;
    for (const person of [ben, cleo]) await join(opened, team, person, "member");

    const { done } = await settle([transfer(ada, ben), transfer(ada, cleo)]);

    expect(done).toBe(1);
    expect([await roleOf(ada), await roleOf(ben), await roleOf(cleo)].toSorted()).toEqual(["admin", "member", "owner"]);
  });
});
