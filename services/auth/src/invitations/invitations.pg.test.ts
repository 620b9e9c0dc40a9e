import { invitations, teams, workspaces } from "@gaia/contracts";
import { describe, expect, test } from "vitest";
import { byKey, openPlacesWorld, settle, type TestPerson } from "../testing/open-places-world.ts";
import { founding, join } from "../testing/team-steps.ts";

const world = await openPlacesWorld();

async function setup() {
  const opened = await world.setup();
  const { call, kysely, mails, deps } = opened;
  const [ada, ben, cleo] = [await opened.person("ada"), await opened.person("ben"), await opened.person("cleo")];
  const team = await founding(opened, ada)("painters");
  const invite = (actor: TestPerson, email: string, team_role?: teams.TeamRole) =>
    call(actor, invitations.inviteToTeam, { team_id: team.id, email, ...(team_role ? { team_role } : {}) });
  const token = async () => {
    await deps.background.drain();
    return new URL(mails.at(-1)?.link ?? "about:blank").searchParams.get("token") ?? "";
  };
  const accept = (actor: Pick<TestPerson, "principal">, secret: string) =>
    call(actor, invitations.acceptMailedInvitation, { token: secret });
  const own = async (actor: Pick<TestPerson, "principal">) =>
    (await call(actor, invitations.listOwnInvitations, {})).invitations;
  const pending = async (actor: TestPerson) =>
    (await call(actor, invitations.listTeamInvitations, { team_id: team.id })).invitations;
  const roleOf = async ({ id }: TestPerson) => {
    const roles = kysely.selectFrom("team_members").select("team_role").where("team_id", "=", team.id);
    return (await roles.where("user_id", "=", id).executeTakeFirst())?.team_role;
  };
  await opened.announced();
  return { ...opened, ada, ben, cleo, team, invite, token, accept, own, pending, roleOf };
}

describe("an invitation", () => {
  test("is mailed with a link, and its secret is neither stored nor answered nor logged", async () => {
    const { ada, team, invite, token, mails, kysely, audited } = await setup();

    const invitation = await invite(ada, " New.Person@Example.Test ", "admin");

    expect(invitation).toEqual({
      id: invitation.id,
      team_id: team.id,
      workspace_id: null,
      email: "new.person@example.test",
      team_role: "admin",
      invited_by: ada.id,
      created_at: "2026-11-24T12:00:00.000Z",
      expires_at: "2026-12-01T12:00:00.000Z",
      accepted_at: null,
    });
    const secret = await token();
    expect(secret).toMatch(/^inv_[\w-]{43}$/);
    expect(mails).toHaveLength(1);
    expect(mails[0]).toMatchObject({
      kind: "invitation",
      to: "new.person@example.test",
      subject: 'Invitation to the team "The painters"',
      link: `https://site.example.test/invitations?token=${secret}`,
      text: expect.stringContaining(`ada (ada@example.test) invites you to the team "The painters".`),
    });
    expect(mails[0]?.text).toContain(mails[0]?.link);
    expect(mails[0]?.html).toContain("&#34;The painters&#34;");
    const everything = [
      await kysely.selectFrom("invitations").selectAll().execute(),
      await kysely.selectFrom("permission_audit_log").selectAll().execute(),
      await kysely.selectFrom("event_outbox").selectAll().execute(),
    ];
    expect(JSON.stringify(everything)).not.toContain(secret);
    expect(await audited(invitation.id)).toEqual(["invitation.sent"]);
  });

  test("looks the same whether the address has an account or not", async () => {
    const { ada, ben, invite, mails, deps } = await setup();

    const known = await invite(ada, ben.email);
    const unknown = await invite(ada, "nobody@example.test");
    await deps.background.drain();

    const withoutNames = (value: object) =>
      JSON.stringify(value)
        .replaceAll(/[\w.]+@example\.test/g, "")
        .replaceAll(/[0-9a-f-]{36}/g, "")
        .replaceAll(/token=[\w-]+/g, "");
    expect(withoutNames(known)).toBe(withoutNames(unknown));
    expect(withoutNames(mails[0] ?? {})).toBe(withoutNames(mails[1] ?? {}));
  });

  test("is for who manages the team, and at most to what they are", async () => {
    const opened = await setup();
    const { ada, ben, cleo, team, invite } = opened;
    await join(opened, team, ben, "admin");
    await join(opened, team, cleo, "member");

    await expect(invite(cleo, "x@example.test")).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(invite(await opened.person("dora"), "x@example.test")).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(invite(ben, "x@example.test", "owner")).rejects.toMatchObject({ reason: "team.owners_only" });
    await expect(invite(ada, cleo.email)).rejects.toMatchObject({ code: "CONFLICT", reason: "team.member_exists" });
    expect(await invite(ben, "x@example.test", "admin")).toMatchObject({ team_role: "admin" });
    expect(await invite(ada, "y@example.test", "owner")).toMatchObject({ team_role: "owner" });
  });

  test.each(["", "ada", "ada@", "a b@example.test", "a@b@example.test", "a@example", "a\0@example.test"])(
    "does not go to %j",
    (email) => {
      expect(invitations.inviteToTeam.input.safeParse({ team_id: crypto.randomUUID(), email }).success).toBe(false);
    },
  );

  test("is neither sent for a team that is switched off nor more than a hundred times", async () => {
    const { call, ada, team, invite, kysely, deps } = await setup();
    const row = { team_id: team.id, invited_by: ada.id, expires_at: new Date("2027-01-01T00:00:00Z") };
    const rows = Array.from({ length: 99 }, (_, number) => ({
      ...row,
      email: `${number}@example.test`,
      token_hash: `${number}`,
    }));
    await kysely.insertInto("invitations").values(rows).execute();

    const both = await settle([invite(ada, "a@example.test"), invite(ada, "b@example.test")]);

    expect(both).toEqual({ done: 1, reasons: ["invitation.too_many"] });
    await kysely.deleteFrom("invitations").execute();
    await call(ada, teams.changeTeam, { team_id: team.id, is_active: false });
    await expect(invite(ada, "c@example.test")).rejects.toMatchObject({ code: "CONFLICT", reason: "team.closed" });
    await deps.background.drain();
  });

  test("goes to one address once a minute and ten times an hour, counted only for who may invite", async () => {
    const opened = await setup();
    const { call, ada, ben, invite } = opened;
    for (let tries = 0; tries < 20; tries += 1) await settle([invite(ben, "x@example.test")]);
    await invite(ada, "x@example.test");

    await expect(invite(ada, "X@example.test")).rejects.toMatchObject({ code: "RATE_LIMITED" });

    for (let number = 0; number < 9; number += 1) {
      const { id } = await founding(opened, ada)(`team-${number}`);
      await call(ada, invitations.inviteToTeam, { team_id: id, email: "x@example.test" });
    }
    const { id } = await founding(opened, ada)("last");
    await expect(call(ada, invitations.inviteToTeam, { team_id: id, email: "x@example.test" })).rejects.toMatchObject({
      code: "RATE_LIMITED",
    });
  });

  test("replaces an older one to the same address, whose link works no more", async () => {
    const { ada, ben, invite, token, accept, pending, roleOf, forgetLimits } = await setup();
    await invite(ada, ben.email, "admin");
    const older = await token();
    forgetLimits();

    const { id } = await invite(ada, ben.email, "viewer");

    expect(await pending(ada)).toMatchObject([{ id, email: ben.email, team_role: "viewer" }]);
    await expect(accept(ben, older)).rejects.toMatchObject({ code: "NOT_FOUND", reason: "invitation.over" });
    await accept(ben, await token());
    expect(await roleOf(ben)).toBe("viewer");
  });

  test.each(["was removed", "is a member now", "was switched off"])(
    "opens nothing once its sender %s",
    async (change) => {
      const opened = await setup();
      const { ada, ben, cleo, team, invite, token, accept, roleOf, kysely } = opened;
      await join(opened, team, cleo, "owner");
      await invite(cleo, ben.email, "admin");
      const secret = await token();
      if (change === "was switched off")
        await kysely.updateTable("users").set({ is_active: false }).where("id", "=", cleo.id).execute();
      else await opened.call(ada, teams.removeTeamMember, { team_id: team.id, user_id: cleo.id });
      if (change === "is a member now") await join(opened, team, cleo, "member");

      await expect(accept(ben, secret)).rejects.toMatchObject({ code: "NOT_FOUND", reason: "invitation.over" });
      expect(await roleOf(ben)).toBeUndefined();
    },
  );

  test("makes no owner once its sender is none, but still what an admin may make", async () => {
    const opened = await setup();
    const { ben, cleo, team, invite, token, accept, roleOf, kysely, forgetLimits } = opened;
    await join(opened, team, cleo, "owner");
    await invite(cleo, ben.email, "owner");
    const owner = await token();
    await kysely.updateTable("team_members").set({ team_role: "admin" }).where("user_id", "=", cleo.id).execute();

    await expect(accept(ben, owner)).rejects.toMatchObject({ reason: "invitation.over" });
    forgetLimits();
    await invite(cleo, ben.email, "admin");
    await accept(ben, await token());
    expect(await roleOf(ben)).toBe("admin");
  });

  test("is listed for who manages the team, newest first and in pages, until it is over", async () => {
    const opened = await setup();
    const { call, ada, cleo, team, invite, clock } = opened;
    await join(opened, team, cleo, "member");
    const ids: string[] = [];
    for (const name of ["a", "b", "c"]) {
      clock.time += 1000;
      ids.unshift((await invite(ada, `${name}@example.test`)).id);
    }

    const first = await call(ada, invitations.listTeamInvitations, { team_id: team.id, limit: 2 });
    const cursor = first.next_cursor ?? "";
    const second = await call(ada, invitations.listTeamInvitations, { team_id: team.id, cursor });

    expect([...first.invitations, ...second.invitations].map(({ id }) => id)).toEqual(ids);
    expect(JSON.stringify(first)).not.toContain("token");
    await expect(call(cleo, invitations.listTeamInvitations, { team_id: team.id })).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
    clock.time += 7 * 24 * 3_600_000 - 1000;
    expect((await call(ada, invitations.listTeamInvitations, { team_id: team.id })).invitations).toHaveLength(1);
  });

  test("can be taken back by who manages the team, once", async () => {
    const { call, ada, ben, cleo, team, invite, token, accept, audited } = await setup();
    const { id } = await invite(ada, ben.email);
    const withdraw = (actor: TestPerson, team_id: string) =>
      call(actor, invitations.withdrawTeamInvitation, { team_id, invitation_id: id });
    const { id: otherId } = await call(cleo, teams.createTeam, { name: "other", display_name: "Other" });

    await expect(withdraw(cleo, team.id)).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(withdraw(cleo, otherId)).rejects.toMatchObject({ code: "NOT_FOUND" });
    await withdraw(ada, team.id);

    await expect(withdraw(ada, team.id)).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(accept(ben, await token())).rejects.toMatchObject({ reason: "invitation.over" });
    expect(await audited(id)).toEqual(["invitation.sent", "invitation.withdrawn"]);
  });
});

describe("the link of a mail", () => {
  test("lets the account of its address join, in the role that was meant", async () => {
    const { ada, ben, team, invite, token, accept, roleOf, announced, audited, kysely } = await setup();
    const { id } = await invite(ada, ben.email.toUpperCase(), "admin");

    const accepted = await accept(ben, await token());

    expect(accepted).toMatchObject({
      id,
      email: ben.email,
      accepted_at: "2026-11-24T12:00:00.000Z",
      place: { type: "team", id: team.id, name: "painters", display_name: "The painters" },
      inviter: { name: "ada", email: ada.email },
    });
    expect(await roleOf(ben)).toBe("admin");
    expect(await announced()).toEqual([[ben.id]]);
    expect(await audited(id)).toEqual(["invitation.sent", "invitation.accepted"]);
    const trail = kysely.selectFrom("permission_audit_log").selectAll().where("event_type", "=", "team.member_added");
    expect(await trail.where("team_id", "=", team.id).execute()).toMatchObject([
      { actor_id: ben.id, target_user_id: ben.id, permission_details: { details: { invitation_id: id } } },
    ]);
  });

  test("opens only for the account of its address", async () => {
    const { ada, ben, cleo, invite, token, accept, roleOf } = await setup();
    await invite(ada, ben.email);

    await expect(accept(cleo, await token())).rejects.toMatchObject({
      code: "FORBIDDEN",
      reason: "invitation.other_address",
    });
    expect(await roleOf(cleo)).toBeUndefined();
    await accept(ben, await token());
  });

  test("opens once, also when it is opened often at once", async () => {
    const { ada, ben, invite, token, accept, kysely } = await setup();
    await invite(ada, ben.email);
    const secret = await token();

    const { done, reasons } = await settle(Array.from({ length: 5 }, () => accept(ben, secret)));

    expect({ done, reasons }).toEqual({ done: 1, reasons: Array.from({ length: 4 }, () => "invitation.over") });
    expect(await kysely.selectFrom("team_members").selectAll().where("user_id", "=", ben.id).execute()).toHaveLength(1);
  });

  test("and taking the invitation back at the same time end one way or the other", async () => {
    const { call, ada, ben, team, invite, token, accept, roleOf } = await setup();
    const { id } = await invite(ada, ben.email);
    const secret = await token();

    const { done } = await settle([
      accept(ben, secret),
      call(ada, invitations.withdrawTeamInvitation, { team_id: team.id, invitation_id: id }),
    ]);

    expect(done).toBe(1);
    expect([undefined, "member"]).toContain(await roleOf(ben));
  });

  test("is over after a week, and so is what never was; both are told alike", async () => {
    const { ada, ben, invite, token, accept, clock } = await setup();
    await invite(ada, ben.email);
    clock.time += 7 * 24 * 3_600_000;

    const late = await accept(ben, await token()).catch((error: unknown) => error);
    const made = await accept(ben, `inv_${"x".repeat(43)}`).catch((error: unknown) => error);

    expect(late).toMatchObject({ code: "NOT_FOUND", reason: "invitation.over" });
    expect(made).toEqual(late);
  });

  test("leads nowhere when the team was switched off", async () => {
    const { call, ada, ben, team, invite, token, accept, own } = await setup();
    await invite(ada, ben.email);
    await call(ada, teams.changeTeam, { team_id: team.id, is_active: false });

    expect(await own(ben)).toEqual([]);
    await expect(accept(ben, await token())).rejects.toMatchObject({ reason: "invitation.over" });
  });

  test("changes nothing for who is a member meanwhile", async () => {
    const opened = await setup();
    const { ada, ben, team, invite, token, accept, roleOf, pending } = opened;
    await invite(ada, ben.email, "admin");
    await join(opened, team, ben, "viewer");

    await accept(ben, await token());

    expect(await roleOf(ben)).toBe("viewer");
    expect(await pending(ada)).toEqual([]);
  });

  test("opens for no key that may not change the account", async () => {
    const { ada, ben, invite, token, accept, own } = await setup();
    await invite(ada, ben.email);

    await expect(accept(byKey(ben, "team:*"), await token())).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(own(byKey(ben, "team:*"))).rejects.toMatchObject({ code: "FORBIDDEN" });
    expect(await own(byKey(ben, "account:read"))).toHaveLength(1);
    await accept(byKey(ben, "account:write"), await token());
  });
});

describe("one's own invitations", () => {
  test("are those to one's address, to accept or decline without the mail", async () => {
    const { call, ada, ben, cleo, invite, own, roleOf, audited, forgetLimits } = await setup();
    const { id } = await invite(ada, ben.email);
    await invite(ada, "somebody@example.test");

    expect(await own(ben)).toMatchObject([{ id, place: { display_name: "The painters" }, inviter: { name: "ada" } }]);
    expect(await own(cleo)).toEqual([]);
    for (const contract of [invitations.acceptInvitation, invitations.declineInvitation]) {
      await expect(call(cleo, contract, { invitation_id: id })).rejects.toMatchObject({ code: "NOT_FOUND" });
    }
    await call(ben, invitations.declineInvitation, { invitation_id: id });
    expect(await own(ben)).toEqual([]);
    expect(await audited(id)).toEqual(["invitation.sent", "invitation.declined"]);
    await expect(call(ben, invitations.acceptInvitation, { invitation_id: id })).rejects.toMatchObject({
      reason: "invitation.over",
    });
    forgetLimits();
    const again = await invite(ada, ben.email, "viewer");
    await call(ben, invitations.acceptInvitation, { invitation_id: again.id });
    expect(await roleOf(ben)).toBe("viewer");
  });

  test("are nobody's without an account that works", async () => {
    const { call, ada, ben, invite, own, kysely } = await setup();
    const { id } = await invite(ada, ben.email);
    await kysely.updateTable("users").set({ is_active: false }).where("id", "=", ben.id).execute();

    await expect(own(ben)).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(call(ben, invitations.acceptInvitation, { invitation_id: id })).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
    await expect(own({ principal: { kind: "guest", permissions: [] } })).rejects.toMatchObject({ code: "FORBIDDEN" });
  });
});

describe("an invitation to a workspace", () => {
  test("is sent by its owner and makes a member", async () => {
    const { call, ada, ben, cleo, token, accept, mails, announced } = await setup();
    const { id } = await call(ada, workspaces.createWorkspace, { name: "demo", display_name: "The demo" });
    const invite = (actor: TestPerson, email: string) =>
      call(actor, invitations.inviteToWorkspace, { workspace_id: id, email });
    await announced();

    await expect(invite(ben, cleo.email)).rejects.toMatchObject({ code: "NOT_FOUND" });
    const invitation = await invite(ada, ben.email);
    await accept(ben, await token());

    expect(invitation).toMatchObject({ workspace_id: id, team_id: null, team_role: null });
    expect(mails.at(-1)?.subject).toBe('Invitation to the workspace "The demo"');
    expect(await announced()).toEqual([[ben.id]]);
    expect(await call(ben, workspaces.getWorkspace, { workspace_id: id })).toMatchObject({ is_member: true });
    await expect(invite(ben, cleo.email)).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(invite(ada, ben.email)).rejects.toMatchObject({ reason: "workspace.member_exists" });
    const { id: waiting } = await invite(ada, cleo.email);
    const listed = await call(ada, invitations.listWorkspaceInvitations, { workspace_id: id });
    expect(listed.invitations).toMatchObject([{ id: waiting }]);
    await call(ada, invitations.withdrawWorkspaceInvitation, { workspace_id: id, invitation_id: waiting });
    await call(ada, workspaces.changeWorkspace, { workspace_id: id, status: "archived" });
    await expect(invite(ada, "x@example.test")).rejects.toMatchObject({ reason: "workspace.closed" });
  });
});
