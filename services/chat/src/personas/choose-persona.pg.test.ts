import { readFile } from "node:fs/promises";
import { chat } from "@gaia/contracts";
import { describe, expect, test } from "vitest";
import { choosePersona } from "./choose-persona.ts";
import { deletePersona } from "./delete-persona.ts";
import { getCurrentPersona } from "./get-current-persona.ts";
import { initializeDefaultPersona } from "./initialize-default-persona.ts";
import { mu as builtIn } from "./mu.ts";
import { setPersona } from "./set-persona.ts";
import { openPersonaWorld } from "./testing/open-persona-world.ts";
import { updatePersona } from "./update-persona.ts";

const world = await openPersonaWorld();

describe("the persona that speaks", () => {
  test.each([undefined, null, "default"])("is Mu for %j", async (id) => {
    const { ada, deps } = await world.setup();

    expect(await choosePersona(deps, ada, id)).toMatchObject({ name: "Mu", is_default: true });
  });

  test("is the one that was asked for", async () => {
    const { ada, deps, make } = await world.setup();
    const { id } = await make(ada, { system_prompt: "You are Ren" });

    expect(await choosePersona(deps, ada, id)).toMatchObject({ id, name: "Ren", system_prompt: "You are Ren" });
  });

  test("is none that was deleted, or belongs to others", async () => {
    const { ada, ben, deps, make } = await world.setup();
    const { id } = await make(ada);
    await expect(choosePersona(deps, ben, id)).rejects.toMatchObject({ code: "NOT_FOUND" });
    await deletePersona(deps, ada, { persona_id: id });

    await expect(choosePersona(deps, ada, id)).rejects.toMatchObject({
      code: "NOT_FOUND",
      message: `Persona not found: ${id}`,
    });
  });

  test("is Mu without a question to anybody for who has chosen nobody", async () => {
    const { ada, deps } = await world.setup();
    const call = () => Promise.reject(new Error("asked"));

    expect(await choosePersona({ ...deps, transport: { ...deps.transport, call } }, ada, null)).toMatchObject({
      name: "Mu",
    });
  });

  test("is kept for a moment where it is the default one", async () => {
    const { ada, deps, kysely } = await world.setup();
    const first = await choosePersona(deps, ada, null);
    await kysely.updateTable("personas").set({ description: "changed behind our back" }).execute();

    expect(await choosePersona(deps, ada, null)).toEqual(first);
    await kysely.updateTable("personas").set({ description: first.description }).execute();
  });
});

describe("choosing a persona", () => {
  test("counts from then on, for oneself only", async () => {
    const { ada, adaId, ben, deps, make, preferences, trail } = await world.setup();
    const { id } = await make(ada);
    const answer = await setPersona(deps, ada, { persona_id: id });

    expect(chat.setPersona.output.parse(answer)).toEqual({
      success: true,
      message: "Active persona set to Ren",
      persona_id: id,
      persona_name: "Ren",
    });
    expect(await getCurrentPersona(deps, ada)).toMatchObject({
      success: true,
      message: "Current persona retrieved successfully",
      persona: { id },
    });
    expect(await getCurrentPersona(deps, ben)).toMatchObject({ persona: { name: "Mu" } });
    expect(await preferences()).toEqual([{ user_id: adaId, persona_id: id }]);
    expect((await trail()).slice(1)).toEqual([{ action: "persona.default_set", actor: adaId, target: id, facts: {} }]);
  });

  test("is for one that can be read", async () => {
    const { ada, ben, deps, make, preferences } = await world.setup();
    const { id } = await make(ada);

    for (const unknown of [id, "no-id"]) {
      await expect(setPersona(deps, ben, { persona_id: unknown })).rejects.toMatchObject({ code: "NOT_FOUND" });
    }
    expect(await preferences()).toEqual([]);
  });

  test("many times at once leaves one choice", async () => {
    const { ada, deps, make, preferences } = await world.setup();
    const personas = await Promise.all(["a", "b", "c", "d"].map((name) => make(ada, { name })));
    await Promise.all(personas.map(({ id }) => setPersona(deps, ada, { persona_id: id })));

    expect(await preferences()).toHaveLength(1);
  });

  test("ends with the default one", async () => {
    const { ada, deps, make, preferences } = await world.setup();
    await setPersona(deps, ada, { persona_id: (await make(ada)).id });

    expect(await setPersona(deps, ada, { persona_id: "default" })).toMatchObject({ persona_name: "Mu" });
    expect(await preferences()).toEqual([]);
    expect(await getCurrentPersona(deps, ada)).toMatchObject({ persona: { name: "Mu" } });
  });

  test("falls back to the default one when it is deleted", async () => {
    const { ada, deps, make } = await world.setup();
    const { id } = await make(ada);
    await setPersona(deps, ada, { persona_id: id });
    await deletePersona(deps, ada, { persona_id: id });

    expect(await getCurrentPersona(deps, ada)).toMatchObject({ persona: { name: "Mu" } });
  });

  test("falls back to the default one while it may not be read any more", async () => {
    const { ada, ben, deps, make } = await world.setup();
    const { id } = await make(ada, { visibility: "public" });
    await setPersona(deps, ben, { persona_id: id });
    expect(await getCurrentPersona(deps, ben)).toMatchObject({ persona: { id } });
    await updatePersona(deps, ada, { persona_id: id, visibility: "private" });
    expect(await getCurrentPersona(deps, ben)).toMatchObject({ persona: { name: "Mu" } });
    await updatePersona(deps, ada, { persona_id: id, visibility: "public" });

    expect(await getCurrentPersona(deps, ben)).toMatchObject({ persona: { id } });
  });
});

describe("the default persona", () => {
  test("is the one that was there", async () => {
    const { ada, deps, trail } = await world.setup();

    expect(await initializeDefaultPersona(deps, ada)).toMatchObject({
      success: true,
      message: "Default persona already exists",
      persona: { name: "Mu" },
      was_created: false,
    });
    expect(await trail()).toEqual([]);
  });

  test("is still the one when it has another name", async () => {
    const { access, ada, adaId, deps, mu } = await world.setup();
    const [before] = await mu();
    access.allowed.push({ userId: adaId, action: "write" });
    await updatePersona(deps, ada, { persona_id: before?.id ?? "", name: "Nova" });

    expect(await choosePersona(deps, ada, null)).toMatchObject({ id: before?.id, name: "Nova" });
    expect(await initializeDefaultPersona(deps, ada)).toMatchObject({ was_created: false });
    await updatePersona(deps, ada, { persona_id: before?.id ?? "", name: "Mu" });
  });

  test("comes back as it was in the beginning when it was deleted, once, however many ask", async () => {
    const { access, ada, adaId, ben, deps, kysely, mu, trail } = await world.setup();
    const [before] = await mu();
    access.allowed.push({ userId: adaId, action: "delete" });
    await deletePersona(deps, ada, { persona_id: before?.id ?? "" });
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) => initializeDefaultPersona(deps, index % 2 === 0 ? ada : ben)),
    );

    expect(new Set(answers.map(({ persona }) => persona.id)).size).toBe(1);
    expect(answers.filter((answer) => answer.was_created)).toEqual([
      {
        success: true,
        message: "Default persona created successfully",
        was_created: true,
        persona: expect.objectContaining({ ...builtIn, created_by: "system", is_default: true }),
      },
    ]);
    expect(answers[0]?.persona.id).not.toBe(before?.id);
    expect(await choosePersona(deps, ben, null)).toMatchObject({ id: answers[0]?.persona.id });
    expect((await trail()).map(({ action }) => action)).toEqual(["persona.deleted", "persona.created"]);
    await kysely
      .deleteFrom("personas")
      .where("id", "=", before?.id ?? "")
      .execute();
  });

  test("becomes the system's own Mu where nothing is marked", async () => {
    const { ada, deps, kysely, mu } = await world.setup();
    const [before] = await mu();
    await kysely.updateTable("personas").set({ is_default: false }).execute();

    expect(await choosePersona(deps, ada, null)).toMatchObject({ id: before?.id, is_default: true });
  });

  test("is made where there is no persona at all", async () => {
    const { ada, deps, kysely } = await world.setup();
    await kysely.deleteFrom("personas").execute();

    expect(await getCurrentPersona(deps, ada)).toMatchObject({ persona: { ...builtIn, created_by: "system" } });
  });

  test("is built in as the schema brings it along", async () => {
    const path = new URL("../../../../packages/db/migrations/0009_personas.sql", import.meta.url);
    const migration = await readFile(path, "utf8");

    expect(migration).toContain(`$prompt$${builtIn.system_prompt}$prompt$`);
    expect(migration).toContain(`'${builtIn.description}'`);
    for (const flags of [builtIn.personality_traits, builtIn.capabilities]) {
      expect(migration).toContain(`'${JSON.stringify(flags).replaceAll(":", ": ").replaceAll(",", ", ")}'`);
    }
  });
});
