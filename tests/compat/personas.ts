import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createPerson, type StartWorld } from "../support/start-gaia.ts";
import { sendJson, signUp } from "../support/tenants.ts";
import { openScriptedWorld, type ScriptedWorld } from "../support/worlds.ts";
import { describePersonaFiles } from "./persona-files.ts";
import { describePersonaSharing } from "./persona-sharing.ts";
import { newPersona, personasClient, personasPath, type PersonasWorld } from "./personas-world.ts";
import { describeSpeakingPersonas } from "./speaking-personas.ts";

const unknownIds = [randomUUID(), "no-id", "'%3B drop table personas%3B --"];

/** Personas as the original meant them, with owners. */
export function describePersonas(name: string, startWorld: StartWorld): void {
  describe(`personas, ${name}`, () => {
    let world: ScriptedWorld | undefined;
    const opened = () => {
      if (world === undefined) throw new Error("Not open yet");
      return world;
    };
    const shared: PersonasWorld = { opened, newPerson: () => createPerson(opened().world) };

    beforeAll(async () => {
      world = await openScriptedWorld(startWorld, { GAIA_AUTH_AUTOCONFIRM: "true" });
    });
    afterAll(() => world?.stop());

    describe.each([personasPath, "/api/v0.2/personas", "/api/v1/personas"])("at %s", (root) => {
      describeContract(shared, root);
    });
    describeBadInput(shared);
    describePersonaSharing(shared);
    describeSpeakingPersonas(shared);
    describePersonaFiles(shared);
    describeDefault(shared);
  });
}

function describeContract(shared: PersonasWorld, root: string): void {
  const { send } = personasClient(shared);

  test("are made, read, changed, chosen and deleted in the contract's shapes", async () => {
    const ada = await shared.newPerson();
    const fields = newPersona({ personality_traits: { calm: true }, capabilities: { search: true }, unknown: 1 });
    const made = await send(ada, "POST", root, fields);
    const persona = made.body["persona"];
    expect(made).toEqual({
      status: 200,
      body: {
        success: true,
        message: "Persona created successfully",
        persona: {
          name: fields.name,
          description: "Keeps records",
          system_prompt: "Speak plainly.",
          personality_traits: { calm: true },
          capabilities: { search: true },
          id: expect.stringMatching(/^[0-9a-f-]{36}$/),
          is_active: true,
          created_by: ada.userId,
          created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
          updated_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
          settings: {},
          visibility: "private",
          is_default: false,
        },
      },
    });
    const path = `${root}/${persona.id}`;
    const retrieved = { success: true, message: "Persona retrieved successfully", persona };
    expect(await send(ada, "GET", path)).toEqual({ status: 200, body: retrieved });
    expect(await send(ada, "GET", `${path}/`)).toEqual({ status: 200, body: retrieved });

    const changed = await send(ada, "PUT", path, { system_prompt: "Be brief.", name: null, description: null });
    const after = { ...persona, system_prompt: "Be brief.", updated_at: changed.body["persona"]?.updated_at };
    expect(changed).toEqual({
      status: 200,
      body: { success: true, message: "Persona updated successfully", persona: after },
    });
    expect((await send(ada, "PUT", path, {})).body["persona"]).toEqual(after);

    expect(await send(ada, "POST", `${root}/set`, { persona_id: persona.id })).toEqual({
      status: 200,
      body: {
        success: true,
        message: `Active persona set to ${persona.name}`,
        persona_id: persona.id,
        persona_name: persona.name,
      },
    });
    expect(await send(ada, "GET", `${root}/current`)).toEqual({
      status: 200,
      body: { success: true, message: "Current persona retrieved successfully", persona: after },
    });

    for (let times = 0; times < 2; times += 1) {
      expect(await send(ada, "DELETE", path)).toEqual({
        status: 200,
        body: { success: true, message: "Persona deleted successfully", persona_id: persona.id },
      });
    }
    expect((await send(ada, "GET", path)).status).toBe(404);
    expect((await send(ada, "GET", `${root}/current`)).body["persona"]).toMatchObject({ name: "Mu" });
    expect((await send(ada, "POST", root, { ...fields, name: persona.name })).status).toBe(200);
  });

  test("are listed newest first, without those that were deleted unless one asks", async () => {
    const ada = await shared.newPerson();
    const { make } = personasClient(shared);
    const [first, second, gone] = [await make(ada), await make(ada), await make(ada)];
    await send(ada, "DELETE", `${root}/${gone?.["id"]}`);
    const list = await send(ada, "GET", root);
    const message = root.includes("v0.2") ? `Found ${list.body["total"]} personas` : "Personas retrieved successfully";

    expect(list).toEqual({
      status: 200,
      body: { success: true, personas: expect.any(Array), total: list.body["personas"].length, message },
    });
    expect(list.body["personas"].slice(0, 2)).toEqual([second, first]);
    expect(list.body["personas"].map((persona: { name: string }) => persona.name)).toContain("Mu");
    expect((await send(ada, "GET", `${root}?active_only=false`)).body["personas"][0]).toMatchObject({
      id: gone?.["id"],
      is_active: false,
    });
  });

  test.each(unknownIds)("that do not exist are 404: %s", async (id) => {
    const ada = await shared.newPerson();
    for (const [method, path, body] of [
      ["GET", `/${id}`],
      ["GET", `/${id}/export`],
      ["PUT", `/${id}`, { name: "x" }],
      ["DELETE", `/${id}`],
      ["POST", "/set", { persona_id: decodeURIComponent(id) }],
      ["POST", `/${id}/shares`, { share_type: "public" }],
    ] as const) {
      expect(await send(ada, method, root + path, body)).toEqual({
        status: 404,
        body: expect.objectContaining({
          detail: `Persona not found: ${decodeURIComponent(id)}`,
          code: "NOT_FOUND",
          reason: "persona.not_found",
        }),
      });
    }
  });
}

function describeBadInput(shared: PersonasWorld): void {
  const { send, make, namesFor } = personasClient(shared);

  describe("what cannot be", () => {
    test.each<[string, object]>([
      ["no name", { name: undefined }],
      ["an empty name", { name: " " }],
      ["a long name", { name: "x".repeat(101) }],
      ["a name of two lines", { name: "a\nb" }],
      ["no description", { description: undefined }],
      ["a description that is none", { description: 7 }],
      ["no prompt", { system_prompt: undefined }],
      ["a long prompt", { system_prompt: "x".repeat(32_769) }],
      ["a long prompt of few characters", { system_prompt: "\u{1F600}".repeat(8193) }],
      ["NUL in the prompt", { system_prompt: "a\0b" }],
      ["NUL in a trait", { personality_traits: { a: { "b\0": 1 } } }],
      ["half a character", { description: "\uD800" }],
      ["traits that are a list", { personality_traits: ["calm"] }],
      ["traits without end", { personality_traits: { a: "x".repeat(17_000) } }],
      ["too many traits", { capabilities: Object.fromEntries(Array.from({ length: 501 }, (_, index) => [index, 1])) }],
      ["traits in too many levels", { capabilities: { a: [[[[[[[[[1]]]]]]]]] } }],
      ["a setting that is none", { settings: { temperature: 3 } }],
      ["a visibility that is none", { visibility: "shared" }],
    ])("is 422 and not stored: %s", async (_what, fields) => {
      const ada = await shared.newPerson();
      const { id } = await make(ada);

      expect((await send(ada, "POST", personasPath, newPersona(fields))).status).toBe(422);
      const [value] = Object.values(fields);
      if (value !== undefined) expect((await send(ada, "PUT", `${personasPath}/${id}`, fields)).status).toBe(422);
      expect(await namesFor(ada)).toHaveLength((await namesFor(await shared.newPerson())).length + 1);
    });

    test.each(["active_only=maybe", "limit=0", "limit=x", "cursor=x"])("is 422 in a list: %s", async (query) => {
      expect((await send(await shared.newPerson(), "GET", `${personasPath}?${query}`)).status).toBe(422);
    });

    test("is 400 as a body that is no JSON", async () => {
      const { key } = await shared.newPerson();
      const { world } = shared.opened();
      const headers = { "x-api-key": key, "content-type": "application/json" };
      const response = await fetch(world.url + personasPath, { method: "POST", headers, body: "{" });

      expect(response.status).toBe(400);
    });

    test("the same name twice is 409, also when twenty want it at once", async () => {
      const ada = await shared.newPerson();
      const fields = newPersona();
      const answers = await Promise.all(Array.from({ length: 20 }, () => send(ada, "POST", personasPath, fields)));
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      expect(answers.filter(({ status }) => status === 409)).toHaveLength(19);
      expect(answers.find(({ status }) => status === 409)?.body).toMatchObject({ reason: "persona.name_taken" });
      expect((await namesFor(ada)).filter((name) => name === fields.name)).toHaveLength(1);
    });

    test("a name of somebody else's is no conflict", async () => {
      const { name } = await make(await shared.newPerson());

      expect(await make(await shared.newPerson(), { name })).toMatchObject({ name });
    });
  });

  test("a session and a key of one person reach the same personas", async () => {
    const { world } = shared.opened();
    const account = await signUp(world);
    const response = await sendJson(world, "POST", "/api/v1/auth/api-keys", {
      headers: account.headers,
      body: { name: "k" },
    });
    const { key } = (await response.json()) as { key: string };
    const made = await make({ key });

    expect(made["created_by"]).toBe(account.userId);
    expect((await send(account, "GET", `${personasPath}/${made["id"]}`)).status).toBe(200);
    expect((await send(account, "POST", `${personasPath}/set`, { persona_id: made["id"] })).status).toBe(200);
    expect((await send({ key }, "GET", `${personasPath}/current`)).body["persona"]).toMatchObject({ id: made["id"] });
  });
}

function describeDefault(shared: PersonasWorld): void {
  const { send, namesFor } = personasClient(shared);

  test("Mu is everybody's to read and administrators' to change, and comes back when it is deleted", async () => {
    const [ada, ben] = [await shared.newPerson(), await shared.newPerson()];
    const administrator = shared.opened().world;
    const current = async () => (await send(ben, "GET", `${personasPath}/current`)).body["persona"];
    const before = await current();
    const path = `${personasPath}/${before.id}`;

    expect(before).toMatchObject({ name: "Mu", created_by: "system", is_default: true });
    expect((await send(ada, "POST", `${personasPath}/initialize-default`)).body).toEqual({
      success: true,
      message: "Default persona already exists",
      persona: before,
      was_created: false,
    });
    for (const [method, body] of [["PUT", { name: "Evil" }], ["DELETE"]] as const) {
      expect(await send(ada, method, path, body)).toMatchObject({ status: 403, body: { code: "FORBIDDEN" } });
    }
    expect((await send(administrator, "PUT", path, { name: "Nova" })).status).toBe(200);
    expect(await current()).toMatchObject({ id: before.id, name: "Nova", is_default: true });
    expect((await send(administrator, "DELETE", path)).status).toBe(200);
    expect(await namesFor(ada)).not.toContain("Nova");

    const answers = await Promise.all(
      Array.from({ length: 6 }, () => send(ada, "POST", `${personasPath}/initialize-default`, {})),
    );
    expect(new Set(answers.map(({ body }) => body["persona"].id)).size).toBe(1);
    expect(answers.filter(({ body }) => body["was_created"] === true)).toHaveLength(1);
    expect(await current()).toMatchObject({ name: "Mu", system_prompt: before.system_prompt, created_by: "system" });
    expect((await current()).id).not.toBe(before.id);
  });

  test("what happened to a persona is in the audit trail, without its texts", async () => {
    const ada = await shared.newPerson();
    const { make } = personasClient(shared);
    const { id } = await make(ada, { system_prompt: "a secret text" });
    await send(ada, "PUT", `${personasPath}/${id}`, { system_prompt: "another secret text", visibility: "public" });
    await send(ada, "POST", `${personasPath}/set`, { persona_id: id });
    await send(ada, "DELETE", `${personasPath}/${id}`);
    const { body } = await send(ada, "GET", `/api/v1/audit?target_type=persona&target_id=${id}`);

    expect(body["entries"].map(({ action }: { action: string }) => action)).toEqual([
      "persona.deleted",
      "persona.default_set",
      "persona.changed",
      "persona.created",
    ]);
    expect(JSON.stringify(body)).not.toContain("secret");
  });
}
