import { chat, type Persona } from "@gaia/contracts";
import { describe, expect, test } from "vitest";
import { openChatWorld } from "../testing/open-chat-world.ts";
import { choosePersona } from "./choose-persona.ts";
import { listPersonas } from "./list-personas.ts";

const world = await openChatWorld();

async function setup() {
  const base = await world.setup();
  await base.kysely.deleteFrom("personas").where("name", "!=", "Mu").execute();
  await base.kysely.updateTable("personas").set({ is_active: true }).execute();
  const add = (
    name: string,
    more: Partial<{ is_active: boolean | null; created_at: Date; personality_traits: string }> = {},
  ) =>
    base.kysely
      .insertInto("personas")
      .values({ name, description: "d", system_prompt: `You are ${name}`, ...more })
      .returning("id")
      .executeTakeFirstOrThrow();
  return { ...base, add };
}

describe("the personas", () => {
  test("begin with Mu, in the contract's shape", async () => {
    const { deps } = await setup();

    const answer = await listPersonas(deps);

    expect(chat.listPersonas.output.parse(answer)).toEqual(answer);
    expect(answer).toMatchObject({
      success: true,
      total: 1,
      message: "Personas retrieved successfully",
      personas: [{ name: "Mu", created_by: "system" }],
    });
  });

  test("are listed newest first, without those that were switched off", async () => {
    const { deps, add } = await setup();
    await add("Old", { created_at: new Date("2001-01-01T00:00:00Z"), is_active: null });
    await add("New", { created_at: new Date("2100-01-01T00:00:00Z") });
    await add("Off", { is_active: false });

    expect((await listPersonas(deps)).personas.map(({ name }) => name)).toEqual(["New", "Mu", "Old"]);
  });

  test("may have traits that are no object", async () => {
    const { deps, add } = await setup();
    await add("Odd", { personality_traits: "[1]" });

    expect((await listPersonas(deps)).personas.find(({ name }) => name === "Odd")?.personality_traits).toEqual({});
  });
});

describe("choosing a persona", () => {
  test.each([undefined, null, "default"])("takes Mu for %j", async (id) => {
    const { deps } = await setup();

    expect(await choosePersona(deps, id)).toMatchObject({ name: "Mu" });
  });

  test("takes the one that was asked for", async () => {
    const { deps, add } = await setup();
    const { id } = await add("Ren");

    expect(await choosePersona(deps, id)).toMatchObject({ id, name: "Ren", system_prompt: "You are Ren" });
  });

  test("does not find one that was switched off", async () => {
    const { deps, add } = await setup();
    const { id } = await add("Off", { is_active: false });

    await expect(choosePersona(deps, id)).rejects.toMatchObject({
      code: "NOT_FOUND",
      message: `Persona not found: ${id}`,
    });
  });

  test("takes nobody where Mu was switched off", async () => {
    const { deps, kysely } = await setup();
    await kysely.updateTable("personas").set({ is_active: false }).execute();

    expect(await choosePersona(deps, null)).toBeNull();
  });

  test("remembers Mu, so that a message costs no question to the database", async () => {
    const { deps, kysely } = await setup();
    const first: Persona | null = await choosePersona(deps, null);
    await kysely.updateTable("personas").set({ is_active: false }).execute();

    expect(await choosePersona(deps, null)).toEqual(first);
  });
});
