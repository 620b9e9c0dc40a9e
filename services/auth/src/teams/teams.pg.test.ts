import { teams } from "@gaia/contracts";
import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import { assignGlobalRole } from "../access/assign-global-role.ts";
import { byKey, openPlacesWorld, settle, type TestPerson } from "../testing/open-places-world.ts";
import { founding, join } from "../testing/team-steps.ts";

const world = await openPlacesWorld();

async function setup() {
  const opened = await world.setup();
  const [ada, ben, cleo] = [await opened.person("ada"), await opened.person("ben"), await opened.person("cleo")];
  return { ...opened, ada, ben, cleo };
}

describe("founding a team", () => {
  test("makes its founder the owner, tells the audit trail and forgets what was known of the founder", async () => {
    const { call, ada, announced, audited } = await setup();

    const team = await call(ada, teams.createTeam, {
      name: "painters",
      display_name: "  The painters ",
      metadata: { colour: "red" },
    });

    expect(team).toMatchObject({
      name: "painters",
      display_name: "The painters",
      description: null,
      parent_team_id: null,
      parent: null,
      is_active: true,
      metadata: { colour: "red" },
      own_role: "owner",
      member_count: 1,
      created_by: ada.id,
      created_at: "2026-11-24T12:00:00.000Z",
    });
    expect(await audited(team.id)).toEqual(["team.created"]);
    expect(await announced()).toEqual([[ada.id]]);
  });

  test("is for a hundred teams a person, also at once and with those switched off, but not for who administers all", async () => {
    const opened = await setup();
    const { ada, kysely } = opened;
    const founded = (by: TestPerson, count: number) =>
      Array.from({ length: count }, (_, index) => ({
        name: `${by.id}-${index}`,
        display_name: "T",
        created_by: by.id,
        is_active: index > 0,
      }));
    const root = await opened.administrator("root");
    await kysely
      .insertInto("teams")
      .values([...founded(ada, 98), ...founded(root, 100)])
      .execute();

    const names = ["a", "b", "c", "d"];
    expect(await settle(names.map((name) => founding(opened, ada)(name)))).toEqual({
      done: 2,
      reasons: ["team.too_many", "team.too_many"],
    });
    await kysely.insertInto("roles").values({ name: "all-teams", display_name: "T", role_type: "custom" }).execute();
    await kysely
      .insertInto("permissions")
      .values({ resource_type: "team", resource_path: "*", action: "admin" })
      .execute();
    await sql`insert into role_permissions (role_id, permission_id) select roles.id, permissions.id
      from roles, permissions where name = 'all-teams' and (resource_type, action) = ('team', 'admin')
      on conflict do nothing`.execute(kysely);
    await assignGlobalRole(kysely, { userId: root.id, roleName: "all-teams" });
    expect(await founding(opened, root)("more")).toMatchObject({ name: "more" });
  });

  test("works with a key that may do only this", async () => {
    const { call, ada } = await setup();

    const team = await call(byKey(ada, "team:create"), teams.createTeam, { name: "painters", display_name: "P" });

    expect(team).toMatchObject({ own_role: "owner" });
    await expect(call(byKey(ada, "team:create"), teams.getTeam, { team_id: team.id })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
  });

  test("needs a name that no other team has, also when two come at once", async () => {
    const opened = await setup();
    const { ada, ben } = opened;

    const { done, reasons } = await settle([
      founding(opened, ada)("painters"),
      founding(opened, ben)("painters"),
      founding(opened, ada)("painters"),
    ]);

    expect({ done, reasons }).toEqual({ done: 1, reasons: ["team.name_taken", "team.name_taken"] });
  });

  test.each(["Painters", "the painters", "-x", "x--y", "", "a\0", "x".repeat(101)])("refuses the name %j", (name) => {
    expect(teams.createTeam.input.safeParse({ name, display_name: "x" }).success).toBe(false);
  });

  test.each(["", " ", "a\nb", "a\0b", "\uD800"])("refuses the display name %j", (display_name) => {
    expect(teams.createTeam.input.safeParse({ name: "x", display_name }).success).toBe(false);
  });

  test("is nothing that a service does for itself", async () => {
    const { call } = await setup();
    const service = { principal: { kind: "service", name: "kb" } } as const;

    await expect(call(service, teams.createTeam, { name: "x", display_name: "X" })).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
  });
});

describe("a team below another one", () => {
  test("is founded by who manages that one; for strangers that one does not exist", async () => {
    const opened = await setup();
    const { ada, ben, cleo } = opened;
    const company = await founding(opened, ada)("company");
    await join(opened, company, ben, "admin");
    await join(opened, company, cleo, "member");

    const studio = await founding(opened, ben)("studio", company.id);

    expect(studio).toMatchObject({
      parent_team_id: company.id,
      parent: { id: company.id, name: "company", display_name: "The company" },
    });
    await expect(founding(opened, cleo)("other", company.id)).rejects.toMatchObject({ code: "FORBIDDEN" });
    const dora = await opened.person("dora");
    await expect(founding(opened, dora)("other", company.id)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("does not show its parent to who only belongs to itself", async () => {
    const opened = await setup();
    const company = await founding(opened, opened.ada)("company");
    const studio = await founding(opened, opened.ada)("studio", company.id);
    await join(opened, studio, opened.ben, "member");

    const seen = await opened.call(opened.ben, teams.getTeam, { team_id: studio.id });

    expect(seen).toMatchObject({ parent_team_id: company.id, parent: null, own_role: "member", member_count: 2 });
    await expect(opened.call(opened.ben, teams.getTeam, { team_id: company.id })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
  });

  test("lies ten deep and no deeper, neither founded nor moved there", async () => {
    const opened = await setup();
    const found = founding(opened, opened.ada);
    let parent = (await found("team-1")).id;
    for (let depth = 2; depth <= 9; depth += 1) parent = (await found(`team-${depth}`, parent)).id;
    const loose = await found("loose");
    const below = await found("below-loose", loose.id);

    await expect(
      opened.call(opened.ada, teams.changeTeam, { team_id: loose.id, parent_team_id: parent }),
    ).rejects.toMatchObject({ reason: "team.too_deep" });
    const tenth = await opened.call(opened.ada, teams.changeTeam, { team_id: below.id, parent_team_id: parent });

    expect(tenth.parent_team_id).toBe(parent);
    await expect(found("eleventh", tenth.id)).rejects.toMatchObject({ code: "CONFLICT", reason: "team.too_deep" });
  });

  test("never lies below itself, also when two moves at once would make it so", async () => {
    const opened = await setup();
    const { call, ada, kysely } = opened;
    const found = founding(opened, ada);
    const [left, right] = [await found("left"), await found("right")];
    await expect(call(ada, teams.changeTeam, { team_id: left.id, parent_team_id: left.id })).rejects.toMatchObject({
      reason: "team.loop",
    });

    const { done, reasons } = await settle([
      call(ada, teams.changeTeam, { team_id: left.id, parent_team_id: right.id }),
      call(ada, teams.changeTeam, { team_id: right.id, parent_team_id: left.id }),
    ]);

    expect({ done, reasons }).toEqual({ done: 1, reasons: ["team.loop"] });
    const roots = await kysely.selectFrom("teams").select("id").where("parent_team_id", "is", null).execute();
    expect(roots).toHaveLength(1);
  });
});

describe("changing a team", () => {
  test("is for its owners and admins and those above, and writes down what was before", async () => {
    const opened = await setup();
    const { call, ada, ben, cleo, kysely, announced } = opened;
    const team = await founding(opened, ada)("painters");
    await join(opened, team, ben, "admin");
    await join(opened, team, cleo, "member");
    await announced();

    const changed = await call(ben, teams.changeTeam, { team_id: team.id, display_name: "Painters", description: "x" });

    expect(changed).toMatchObject({ display_name: "Painters", description: "x", own_role: "admin" });
    const trail = kysely.selectFrom("permission_audit_log").selectAll().where("event_type", "=", "team.changed");
    expect(await trail.where("team_id", "=", team.id).executeTakeFirst()).toMatchObject({
      actor_id: ben.id,
      permission_details: {
        before: { display_name: "The painters", description: null },
        after: { display_name: "Painters", description: "x" },
      },
    });
    expect(await announced()).toEqual([]);
    await expect(call(cleo, teams.changeTeam, { team_id: team.id, description: "y" })).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
    const stranger = await opened.person("dora");
    await expect(call(stranger, teams.changeTeam, { team_id: team.id, description: "y" })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
  });

  test("tells nobody when everything is so already", async () => {
    const opened = await setup();
    const team = await founding(opened, opened.ada)("painters");

    await opened.call(opened.ada, teams.changeTeam, {
      team_id: team.id,
      display_name: team.display_name,
      metadata: {},
      is_active: true,
      parent_team_id: null,
    });

    expect(await opened.audited(team.id)).toEqual(["team.created"]);
  });

  test("moves it as its owner only, who also manages where it comes from and where it goes", async () => {
    const opened = await setup();
    const { call, ada, ben, cleo } = opened;
    const [company, other] = [await founding(opened, ada)("company"), await founding(opened, cleo)("other")];
    const studio = await founding(opened, ada)("studio", company.id);
    await join(opened, studio, ben, "admin");
    const own = await founding(opened, ben)("own");

    // An admin who could move the team below a team of theirs would own it then.
    await expect(call(ben, teams.changeTeam, { team_id: studio.id, parent_team_id: own.id })).rejects.toMatchObject({
      code: "FORBIDDEN",
      reason: "team.owners_only",
    });
    await expect(call(ada, teams.changeTeam, { team_id: studio.id, parent_team_id: other.id })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
    await join(opened, studio, cleo, "owner");
    await expect(call(cleo, teams.changeTeam, { team_id: studio.id, parent_team_id: other.id })).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
    await join(opened, other, ada, "admin");

    const moved = await call(ada, teams.changeTeam, { team_id: studio.id, parent_team_id: other.id });

    expect(moved.parent).toMatchObject({ name: "other" });
  });

  test("concerns, when it moves, members below and who manages above before and after", async () => {
    const opened = await setup();
    const { call, ada, ben, cleo, announced } = opened;
    const [dora, emil, finn] = [await opened.person("dora"), await opened.person("emil"), await opened.person("finn")];
    const [company, other] = [await founding(opened, ada)("company"), await founding(opened, ada)("other")];
    const studio = await founding(opened, ada)("studio", company.id);
    const painters = await founding(opened, ada)("painters", studio.id);
    await join(opened, painters, ben, "viewer");
    await join(opened, company, cleo, "admin");
    await join(opened, company, dora, "member");
    await join(opened, other, emil, "owner");
    await join(opened, other, finn, "viewer");
    await announced();

    await call(ada, teams.changeTeam, { team_id: studio.id, parent_team_id: other.id });

    expect(await announced()).toEqual([[ada.id, ben.id, cleo.id, emil.id].toSorted()]);
  });
});

describe("a team that is switched off", () => {
  test("is gone for its members and stays with its owners, who switch it on again", async () => {
    const opened = await setup();
    const { call, ada, ben, cleo, announced } = opened;
    const company = await founding(opened, ada)("company");
    const team = await founding(opened, ada)("painters", company.id);
    await join(opened, team, ben, "admin");
    await join(opened, team, cleo, "member");
    await expect(call(ben, teams.changeTeam, { team_id: team.id, is_active: false })).rejects.toMatchObject({
      reason: "team.owners_only",
    });
    await announced();

    await call(ada, teams.changeTeam, { team_id: team.id, is_active: false });

    expect(await announced()).toEqual([[ada.id, ben.id, cleo.id].toSorted()]);
    await expect(call(ben, teams.getTeam, { team_id: team.id })).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect((await call(cleo, teams.listTeams, {})).teams).toEqual([]);
    const shown = await call(ada, teams.listTeams, { parent_team_id: company.id });
    expect(shown.teams).toMatchObject([{ id: team.id, is_active: false }]);
    const again = await call(ada, teams.changeTeam, { team_id: team.id, is_active: true });
    expect(again.is_active).toBe(true);
    expect((await call(cleo, teams.listTeams, {})).teams).toMatchObject([{ id: team.id }]);
  });
});

describe("deleting a team", () => {
  test("is for owners, and not while teams lie below it", async () => {
    const opened = await setup();
    const { call, ada, ben, audited } = opened;
    const company = await founding(opened, ada)("company");
    const studio = await founding(opened, ada)("studio", company.id);
    await join(opened, company, ben, "admin");

    await expect(call(ben, teams.deleteTeam, { team_id: company.id })).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(call(ada, teams.deleteTeam, { team_id: company.id })).rejects.toMatchObject({
      code: "CONFLICT",
      reason: "team.has_teams",
    });
    await call(ada, teams.deleteTeam, { team_id: studio.id });
    await call(ada, teams.deleteTeam, { team_id: company.id });

    expect(await audited(company.id)).toEqual(["team.created", "team.deleted"]);
    await expect(call(ada, teams.getTeam, { team_id: company.id })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("and founding one below it at the same time do not both go well", async () => {
    const opened = await setup();
    const company = await founding(opened, opened.ada)("company");

    const { done } = await settle([
      opened.call(opened.ada, teams.deleteTeam, { team_id: company.id }),
      founding(opened, opened.ada)("studio", company.id),
    ]);

    expect(done).toBe(1);
  });

  test("removes what was given in it and to it", async () => {
    const opened = await setup();
    const { call, ada, ben, kysely } = opened;
    const team = await founding(opened, ada)("painters");
    const role = await kysely
      .selectFrom("roles")
      .select("id")
      .where("name", "=", "kb_editor")
      .executeTakeFirstOrThrow();
    await kysely
      .insertInto("user_roles")
      .values({ user_id: ben.id, role_id: role.id, context_type: "team", context_id: team.id.toUpperCase() })
      .execute();
    const given = { resource_type: "kb", resource_id: "/kb/x.md", permissions: ["read"] };
    await kysely
      .insertInto("resource_permissions")
      .values({ ...given, principal_type: "team", principal_id: team.id })
      .execute();

    await call(ada, teams.deleteTeam, { team_id: team.id });

    expect(await kysely.selectFrom("resource_permissions").selectAll().execute()).toEqual([]);
    const left = kysely.selectFrom("user_roles").selectAll().where("context_type", "=", "team");
    expect(await left.execute()).toEqual([]);
  });
});

describe("the list of teams", () => {
  test("has those of oneself, those below as far as one manages, and for administrators all", async () => {
    const opened = await setup();
    const { call, ada, ben, cleo } = opened;
    const company = await founding(opened, ada)("company");
    const studio = await founding(opened, ada)("studio", company.id);
    await founding(opened, cleo)("other");
    await join(opened, company, ben, "member");
    const namesOf = async (person: TestPerson, query = {}) =>
      (await call(person, teams.listTeams, query)).teams.map(({ name }) => name);

    expect(await namesOf(ada)).toEqual(["company", "studio"]);
    expect(await namesOf(ben)).toEqual(["company"]);
    expect(await namesOf(cleo)).toEqual(["other"]);
    expect(await namesOf(await opened.administrator("root"))).toEqual(["company", "other", "studio"]);
    expect(await namesOf(ada, { parent_team_id: company.id })).toEqual(["studio"]);
    expect(await namesOf(ada, { q: "STUD" })).toEqual([studio.name]);
    expect(await namesOf(ada, { q: "%" })).toEqual([]);
  });

  test("comes in pages, and refuses a cursor that is none", async () => {
    const opened = await setup();
    const { call, ada } = opened;
    for (const name of ["c", "a", "d", "b", "e"]) await founding(opened, ada)(name);
    const names: string[] = [];
    let cursor: string | null | undefined;

    do {
      const page = await call(ada, teams.listTeams, { limit: "2", ...(cursor ? { cursor } : {}) });
      expect(page.teams.length).toBeLessThanOrEqual(2);
      names.push(...page.teams.map(({ name }) => name));
      cursor = page.next_cursor;
    } while (cursor !== null);

    expect(names).toEqual(["a", "b", "c", "d", "e"]);
    const evil = Buffer.from("a\0").toString("base64url");
    await expect(call(ada, teams.listTeams, { cursor: evil })).rejects.toMatchObject({ code: "INVALID_INPUT" });
  });
});
