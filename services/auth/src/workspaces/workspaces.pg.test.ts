import { workspaces } from "@gaia/contracts";
import { describe, expect, test } from "vitest";
import { byKey, openPlacesWorld, settle, type TestPerson } from "../testing/open-places-world.ts";

const world = await openPlacesWorld();

async function setup() {
  const opened = await world.setup();
  const { call, kysely } = opened;
  const [ada, ben, cleo] = [await opened.person("ada"), await opened.person("ben"), await opened.person("cleo")];
  const open = (owner: TestPerson, name: string) =>
    call(owner, workspaces.createWorkspace, { name, display_name: `The ${name}` });
  const workspace = await open(ada, "demo");
  const workspace_id = workspace.id;
  const join = ({ id }: TestPerson) =>
    kysely.insertInto("workspace_members").values({ workspace_id, user_id: id }).execute();
  const change = (actor: Pick<TestPerson, "principal">, wish: object) =>
    call(actor, workspaces.changeWorkspace, { workspace_id, ...wish });
  const get = (actor: Pick<TestPerson, "principal">) => call(actor, workspaces.getWorkspace, { workspace_id });
  const remove = (actor: TestPerson, { id }: TestPerson) =>
    call(actor, workspaces.removeWorkspaceMember, { workspace_id, user_id: id });
  const transfer = (actor: TestPerson, { id }: TestPerson) =>
    call(actor, workspaces.transferWorkspace, { workspace_id, user_id: id });
  const members = async (actor: TestPerson) =>
    (await call(actor, workspaces.listWorkspaceMembers, { workspace_id })).members;
  await opened.announced();
  return { ...opened, ada, ben, cleo, workspace, open, join, change, get, remove, transfer, members };
}

describe("opening a workspace", () => {
  test("is for a hundred workspaces a person", async () => {
    const { ada, open, kysely } = await setup();
    const facts = { display_name: "W", created_by: ada.id };
    const many = Array.from({ length: 98 }, (_, index) => ({ ...facts, name: `w-${index}` }));
    await kysely.insertInto("workspaces").values(many).execute();

    expect(await settle([open(ada, "a"), open(ada, "b")])).toEqual({ done: 1, reasons: ["workspace.too_many"] });
  });

  test.each(["0000-01-01T00:00:00Z", "0000-12-31T23:59:59Z"])("does not end at %s", (expires_at) => {
    const wish = { name: "w", display_name: "W", expires_at };
    expect(workspaces.createWorkspace.input.safeParse(wish).success).toBe(false);
    expect(workspaces.createWorkspace.input.safeParse({ ...wish, expires_at: "2027-01-01T00:00:00Z" }).success).toBe(
      true,
    );
  });

  test("makes one its owner and a member", async () => {
    const { call, ada, members, audited, announced, workspace } = await setup();

    const made = await call(ada, workspaces.createWorkspace, {
      name: "plans",
      display_name: "Plans",
      expires_at: "2027-01-01T00:00:00Z",
      metadata: { colour: "red" },
    });

    expect(made).toMatchObject({
      name: "plans",
      workspace_type: "project",
      status: "active",
      owner_id: ada.id,
      created_by: ada.id,
      is_member: true,
      member_count: 1,
      metadata: { colour: "red" },
      archived_at: null,
      expires_at: "2027-01-01T00:00:00.000Z",
    });
    expect(await audited(made.id)).toEqual(["workspace.created"]);
    expect(await announced()).toEqual([[ada.id]]);
    expect(workspace.expires_at).toBeNull();
    expect(await members(ada)).toMatchObject([{ user_id: ada.id, email: ada.email, is_owner: true }]);
  });

  test("needs a name of its own, also when two come at once", async () => {
    const { ada, ben, open } = await setup();

    const { done, reasons } = await settle([open(ada, "plans"), open(ben, "plans"), open(ben, "demo")]);

    expect({ done, reasons }).toEqual({ done: 1, reasons: ["workspace.name_taken", "workspace.name_taken"] });
  });
});

describe("a workspace", () => {
  test("is seen by its members, managed by its owner, and does not exist for strangers", async () => {
    const { call, ada, ben, cleo, join, change, get, workspace } = await setup();
    await join(ben);

    expect(await get(ben)).toMatchObject({ id: workspace.id, is_member: true, member_count: 2, owner_id: ada.id });
    await expect(get(cleo)).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(change(ben, { description: "x" })).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(change(cleo, { description: "x" })).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(await change(ada, { description: "x", metadata: { a: 1 } })).toMatchObject({
      description: "x",
      metadata: { a: 1 },
    });
    const namesOf = async (person: TestPerson) => (await call(person, workspaces.listWorkspaces, {})).workspaces;
    expect(await namesOf(ben)).toMatchObject([{ name: "demo" }]);
    expect(await namesOf(cleo)).toEqual([]);
  });

  test("goes into the archive and out of it; there it is gone for its members", async () => {
    const { call, ada, ben, join, change, get, announced, audited, workspace } = await setup();
    await join(ben);

    const archived = await change(ada, { status: "archived" });

    expect(archived).toMatchObject({ status: "archived", archived_at: "2026-11-24T12:00:00.000Z" });
    expect(await announced()).toEqual([[ada.id, ben.id].toSorted()]);
    await expect(get(ben)).rejects.toMatchObject({ code: "NOT_FOUND" });
    const listed = await call(ada, workspaces.listWorkspaces, { status: "archived" });
    expect(listed.workspaces).toMatchObject([{ id: workspace.id }]);
    expect(await change(ada, { status: "active" })).toMatchObject({ status: "active", archived_at: null });
    expect(await get(ben)).toMatchObject({ id: workspace.id });
    expect(await audited(workspace.id)).toEqual(["workspace.created", "workspace.archived", "workspace.changed"]);
  });

  test("ends when it was said to, unless its owner says otherwise", async () => {
    const { ada, ben, join, change, get, clock, announced } = await setup();
    await join(ben);
    await change(ada, { expires_at: "2026-11-24T13:00:00Z" });
    await announced();
    clock.time += 3_600_000;

    await expect(get(ben)).rejects.toMatchObject({ code: "NOT_FOUND" });
    await change(ada, { expires_at: null });

    expect(await get(ben)).toMatchObject({ expires_at: null });
    expect(await announced()).toEqual([[ada.id, ben.id].toSorted()]);
  });

  test("is deleted by its owner, from the archive only", async () => {
    const { call, ada, ben, join, change, get, workspace, audited } = await setup();
    const remove = (actor: Pick<TestPerson, "principal">) =>
      call(actor, workspaces.deleteWorkspace, { workspace_id: workspace.id });
    await join(ben);

    await expect(remove(ada)).rejects.toMatchObject({ code: "CONFLICT", reason: "workspace.not_archived" });
    await expect(remove(ben)).rejects.toMatchObject({ code: "FORBIDDEN" });
    await change(ada, { status: "archived" });
    await expect(remove(byKey(ada, "workspace:delete"))).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(remove(byKey(ada, "workspace:admin"))).rejects.toMatchObject({ code: "FORBIDDEN" });
    await remove(ada);

    await expect(get(ada)).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect((await audited(workspace.id)).at(-1)).toBe("workspace.deleted");
  });

  test("that the original opened belongs to who opened it", async () => {
    const { call, kysely, ben } = await setup();
    const values = { name: "Old one", display_name: "Old", created_by: ben.id };
    const { id } = await kysely.insertInto("workspaces").values(values).returning("id").executeTakeFirstOrThrow();

    const shown = await call(ben, workspaces.getWorkspace, { workspace_id: id });

    expect(shown).toMatchObject({ owner_id: ben.id, is_member: false });
    expect((await call(ben, workspaces.listWorkspaces, {})).workspaces).toMatchObject([{ id }]);
    expect(await call(ben, workspaces.changeWorkspace, { workspace_id: id, description: "x" })).toMatchObject({
      description: "x",
    });
  });
});

describe("the members of a workspace", () => {
  test("are added without asking by administrators only", async () => {
    const opened = await setup();
    const { call, ada, ben, workspace, announced } = opened;
    const root = await opened.administrator("root");
    const add = (actor: TestPerson, input: object) =>
      call(actor, workspaces.addWorkspaceMember, { workspace_id: workspace.id, ...input });

    await expect(add(ada, { user_id: ben.id })).rejects.toMatchObject({ reason: "workspace.invitation_needed" });
    expect(await add(root, { email: ben.email })).toMatchObject({
      user_id: ben.id,
      is_owner: false,
      invited_by: root.id,
    });

    expect(await announced()).toEqual([[ben.id]]);
    await expect(add(root, { user_id: ben.id })).rejects.toMatchObject({ reason: "workspace.member_exists" });
  });

  test("leave when they want, or are removed by the owner, who stays", async () => {
    const { ada, ben, cleo, join, remove, members } = await setup();
    await join(ben);
    await join(cleo);

    await expect(remove(ben, cleo)).rejects.toMatchObject({ code: "FORBIDDEN" });
    await remove(ben, ben);
    await remove(ada, cleo);

    expect(await members(ada)).toHaveLength(1);
    await expect(remove(ada, ada)).rejects.toMatchObject({ code: "CONFLICT", reason: "workspace.owner" });
    await expect(remove(cleo, cleo)).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(remove(ada, cleo)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("leave also what is in the archive", async () => {
    const { ada, ben, join, change, remove, members } = await setup();
    await join(ben);
    await change(ada, { status: "archived" });

    await remove(ben, ben);

    expect(await members(ada)).toHaveLength(1);
  });
});

describe("handing a workspace over", () => {
  test("makes a member the owner; the former one stays a member and may leave", async () => {
    const { ada, ben, join, transfer, remove, change, announced, audited, workspace } = await setup();
    await join(ben);

    const shown = await transfer(ada, ben);

    expect(shown).toMatchObject({ owner_id: ben.id, created_by: ada.id, is_member: true });
    expect(await announced()).toEqual([[ada.id, ben.id].toSorted()]);
    expect((await audited(workspace.id)).at(-1)).toBe("workspace.transferred");
    await expect(change(ada, { description: "x" })).rejects.toMatchObject({ code: "FORBIDDEN" });
    await remove(ada, ada);
    await expect(remove(ben, ben)).rejects.toMatchObject({ reason: "workspace.owner" });
  });

  test("is for the owner and administrators, and to members only whose account works", async () => {
    const opened = await setup();
    const { ada, ben, cleo, join, transfer, kysely } = opened;
    await join(ben);

    await expect(transfer(ben, ben)).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(transfer(ada, cleo)).rejects.toMatchObject({ code: "NOT_FOUND" });
    await kysely.updateTable("users").set({ is_active: false }).where("id", "=", ben.id).execute();
    await expect(transfer(ada, ben)).rejects.toMatchObject({ reason: "workspace.member_inactive" });
    await join(cleo);
    expect(await transfer(await opened.administrator("root"), cleo)).toMatchObject({ owner_id: cleo.id });
  });

  test("to two at once, while one of them leaves, ends with one owner who is a member", async () => {
    const { ada, ben, cleo, join, transfer, remove, kysely } = await setup();
    await join(ben);
    await join(cleo);

    const { done } = await settle([transfer(ada, ben), transfer(ada, cleo), remove(ben, ben)]);

    expect([1, 2]).toContain(done);
    const { owner_id } = await kysely.selectFrom("workspaces").select("owner_id").executeTakeFirstOrThrow();
    const members = await kysely.selectFrom("workspace_members").select("user_id").execute();
    expect(members.map((row) => row.user_id)).toContain(owner_id);
  });
});
