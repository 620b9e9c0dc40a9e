import { chat, type Persona } from "@gaia/contracts";
import { describe, expect, test } from "vitest";
import { deletePersona } from "./delete-persona.ts";
import { listOlderPersonas, listPersonas } from "./list-personas.ts";
import { sharePersona } from "./share-persona.ts";
import { openPersonaWorld } from "./testing/open-persona-world.ts";
import { updatePersona } from "./update-persona.ts";

const world = await openPersonaWorld();

const unknownIds = ["7b1d0000-0000-4000-8000-00000000ffff", "no-id", "", "'; drop table personas; --", "default"];

describe("a persona", () => {
  test("is made by somebody, for nobody else, with nothing that was not said", async () => {
    const { ada, adaId, make, read, trail } = await world.setup();
    const persona = await make(ada, { name: "  Ren  ", description: "Keeps records", system_prompt: " Be kind.\n" });

    expect(chat.Persona.parse(persona)).toEqual({
      id: persona.id,
      name: "Ren",
      description: "Keeps records",
      system_prompt: " Be kind.\n",
      personality_traits: {},
      capabilities: {},
      settings: {},
      visibility: "private",
      is_active: true,
      is_default: false,
      created_by: adaId,
      created_at: "2026-11-24T12:00:00.000Z",
      updated_at: "2026-11-24T12:00:00.000Z",
    });
    expect(await read(ada, persona.id)).toEqual(persona);
    expect(await trail()).toEqual([
      { action: "persona.created", actor: adaId, target: persona.id, facts: { after: { visibility: "private" } } },
    ]);
  });

  test("keeps what JSON can say", async () => {
    const { ada, make, read } = await world.setup();
    const personality_traits = { calm: true, degree: 0.25, list: [1, "two", null], deep: { a: { b: "\u{1F600}" } } };
    const { id } = await make(ada, { personality_traits, capabilities: { "": "" }, settings: { temperature: 0 } });

    expect(await read(ada, id)).toMatchObject({
      personality_traits,
      capabilities: { "": "" },
      settings: { temperature: 0 },
    });
  });

  test("of others is not found, and neither is what is no id", async () => {
    const { ada, ben, deps, make, read } = await world.setup();
    const { id } = await make(ada);

    for (const unknown of [id, ...unknownIds]) {
      const failure = { code: "NOT_FOUND", message: `Persona not found: ${unknown}` };
      await expect(read(ben, unknown)).rejects.toMatchObject(failure);
      await expect(updatePersona(deps, ben, { persona_id: unknown, name: "x" })).rejects.toMatchObject(failure);
      await expect(deletePersona(deps, ben, { persona_id: unknown })).rejects.toMatchObject(failure);
      const sharing = chat.sharePersona.input.parse({ persona_id: unknown, share_type: "public" });
      await expect(sharePersona(deps, ben, sharing)).rejects.toMatchObject(failure);
    }
    expect(await read(ada, id.toUpperCase())).toMatchObject({ id });
  });

  test("has a name that its owner has given once, whoever else has it", async () => {
    const { ada, ben, make } = await world.setup();
    await make(ada, { name: "Ren" });

    await expect(make(ada, { name: "Ren" })).rejects.toMatchObject({ code: "CONFLICT", reason: "persona.name_taken" });
    expect(await make(ben, { name: "Ren" })).toMatchObject({ name: "Ren" });
    expect(await make(ada, { name: "Mu" })).toMatchObject({ name: "Mu", is_default: false });
  });

  test("whose owner is gone stands in nobody's way", async () => {
    const { ada, adaId, ben, benId, kysely, make } = await world.setup();
    await make(ada, { visibility: "public" });
    await make(ben, { visibility: "public" });
    const forget = kysely.updateTable("personas").set({ created_by: null }).where("created_by", "in", [adaId, benId]);

    expect((await forget.executeTakeFirst()).numUpdatedRows).toBe(2n);
    expect(await make(ada)).toMatchObject({ name: "Ren" });
  });

  test("made ten times at once is made once", async () => {
    const { ada, make, namesFor, trail } = await world.setup();
    const made = await Promise.allSettled(Array.from({ length: 10 }, () => make(ada)));

    expect(made.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(made.flatMap((each) => (each.status === "rejected" ? [each.reason.code] : []))).toEqual(
      Array.from({ length: 9 }, () => "CONFLICT"),
    );
    expect((await namesFor(ada)).toSorted()).toEqual(["Mu", "Ren"]);
    expect(await trail()).toHaveLength(1);
  });
});

describe("the list", () => {
  test("begins with Mu, in the contract's shape", async () => {
    const { ada, deps } = await world.setup();
    const answer = await listPersonas(deps, ada, { active_only: true, limit: 200 });

    expect(chat.listPersonas.output.parse(answer)).toEqual(answer);
    expect(answer).toMatchObject({
      success: true,
      total: 1,
      message: "Personas retrieved successfully",
      personas: [{ name: "Mu", created_by: "system", visibility: "public", is_default: true }],
    });
    expect(await listOlderPersonas(deps, ada, { active_only: true, limit: 200 })).toEqual({
      ...answer,
      message: "Found 1 personas",
    });
  });

  test("has one's own, what is open to everybody and what the rules allow, newest first", async () => {
    const { access, ada, ben, benId, kysely, make, namesFor } = await world.setup();
    const [shared, old] = [
      await make(ada, { name: "Shared" }),
      await make(ada, { name: "Open", visibility: "public" }),
    ];
    await make(ada, { name: "Private" });
    await kysely
      .updateTable("personas")
      .set({ created_at: new Date("2100-01-01T00:00:00Z") })
      .where("id", "=", shared.id)
      .execute();
    await kysely
      .updateTable("personas")
      .set({ created_at: new Date("2001-01-01T00:00:00Z") })
      .where("id", "=", old.id)
      .execute();
    access.allowed.push({ userId: benId, action: "read", id: shared.id });

    expect(await namesFor(ben)).toEqual(["Shared", "Mu", "Open"]);
    expect((await namesFor(ada)).toSorted()).toEqual(["Mu", "Open", "Private", "Shared"]);
  });

  test("shows exactly what can be read, whatever is allowed and forbidden", async () => {
    const { access, ada, adaId, ben, benId, kysely, make, namesFor, read } = await world.setup();
    const personas: Persona[] = [];
    for (const [index, visibility] of (["private", "public"] as const).entries()) {
      for (const name of ["plain", "allowed", "forbidden", "both", "deleted"]) {
        personas.push(await make(ada, { name: `${name} ${index}`, visibility }));
      }
    }
    await kysely.updateTable("personas").set({ is_active: null }).where("name", "like", "plain%").execute();
    await kysely.updateTable("personas").set({ is_active: false }).where("name", "like", "deleted%").execute();
    for (const { id, name } of personas) {
      if (/allowed|both/.test(name)) access.allowed.push({ userId: benId, action: "read", id });
      if (/forbidden|both/.test(name)) access.forbidden.push({ userId: benId, action: "read", id });
      if (name === "plain 1") access.forbidden.push({ userId: adaId, action: "read", id });
    }

    for (const context of [ada, ben]) {
      const readable = await Promise.all(
        personas.map(({ id, name }) =>
          read(context, id).then(
            () => [name],
            () => [],
          ),
        ),
      );
      expect((await namesFor(context)).toSorted()).toEqual(["Mu", ...readable.flat()].toSorted());
    }
    expect((await namesFor(ben)).toSorted()).toEqual(["Mu", "allowed 0", "allowed 1", "plain 1"]);
  });

  test("for whom everything is forbidden has the default persona alone, which speaks with everyone", async () => {
    const { access, ada, adaId, make, namesFor } = await world.setup();
    await make(ada, { visibility: "public" });
    access.forbidden.push({ userId: adaId, action: "read" });

    expect(await namesFor(ada)).toEqual(["Mu"]);
  });

  test("has deleted ones for who asks, and could have deleted them", async () => {
    const { access, ada, ben, benId, deps, make, namesFor } = await world.setup();
    const gone = await make(ada, { name: "Gone", visibility: "public" });
    access.allowed.push({ userId: benId, action: "read", id: gone.id });
    await deletePersona(deps, ada, { persona_id: gone.id });

    expect([await namesFor(ada), await namesFor(ada, false)]).toEqual([["Mu"], expect.arrayContaining(["Gone", "Mu"])]);
    expect(await namesFor(ben, false)).toEqual(["Mu"]);
    access.allowed.push({ userId: benId, action: "delete", id: gone.id });
    expect((await namesFor(ben, false)).toSorted()).toEqual(["Gone", "Mu"]);
  });

  test("comes in pages, each persona once, and tells how many there are", async () => {
    const { ada, deps, make } = await world.setup();
    for (const name of ["a", "b", "c", "d"]) await make(ada, { name });
    const names: string[] = [];
    let cursor: string | undefined;
    for (let pages = 0; pages < 3; pages += 1) {
      const page = await listPersonas(deps, ada, { active_only: true, limit: 2, cursor });
      names.push(...page.personas.map(({ name }) => name));
      expect(page.total).toBe(5);
      cursor = page.next_cursor;
    }

    expect(names.toSorted()).toEqual(["Mu", "a", "b", "c", "d"]);
    expect(cursor).toBeUndefined();
    await expect(listPersonas(deps, ada, { active_only: true, limit: 2, cursor: "x" })).rejects.toMatchObject({
      code: "INVALID_INPUT",
    });
  });

  test("never grows beyond what a transport carries", async () => {
    const { ada, deps, make } = await world.setup();
    for (let index = 0; index < 30; index += 1)
      await make(ada, { name: `${index}`, system_prompt: "\u4E16".repeat(10_000) });
    const page = await listPersonas(deps, ada, { active_only: true, limit: 200 });

    expect(Buffer.byteLength(JSON.stringify(page))).toBeLessThan(1_000_000);
    expect(page).toMatchObject({ total: 31, next_cursor: expect.any(String) });
  });

  test("takes rows as the original left them", async () => {
    const { ada, deps, kysely } = await world.setup();
    const odd = {
      personality_traits: "[1]",
      capabilities: "null",
      is_active: null,
      created_at: null,
      updated_at: null,
    };
    await kysely
      .insertInto("personas")
      .values({ name: "Odd", description: "d", system_prompt: "p", visibility: "public", created_by: "ada", ...odd })
      .execute();
    const { personas } = await listPersonas(deps, ada, { active_only: true, limit: 1, cursor: undefined });
    const all = await listPersonas(deps, ada, { active_only: true, limit: 200 });

    expect(personas).toHaveLength(1);
    expect(all.personas.at(-1)).toMatchObject({
      name: "Odd",
      personality_traits: {},
      capabilities: {},
      is_active: true,
      created_at: "1970-01-01T00:00:00.000Z",
    });
  });
});

describe("changing a persona", () => {
  test("changes what is given and nothing else", async () => {
    const { ada, adaId, deps, make, trail } = await world.setup();
    const persona = await make(ada, {
      description: "d",
      personality_traits: { calm: true },
      settings: { language: "de" },
    });
    const later = { ...deps, now: () => new Date("2026-11-25T00:00:00.000Z") };
    const answer = await updatePersona(later, ada, {
      persona_id: persona.id,
      name: null,
      description: undefined,
      system_prompt: "Be brief.",
      personality_traits: { brave: true },
    });

    expect(answer).toEqual({
      success: true,
      message: "Persona updated successfully",
      persona: {
        ...persona,
        system_prompt: "Be brief.",
        personality_traits: { brave: true },
        updated_at: "2026-11-25T00:00:00.000Z",
      },
    });
    expect((await trail()).slice(1)).toEqual([
      {
        action: "persona.changed",
        actor: adaId,
        target: persona.id,
        facts: { details: { changed: ["system_prompt", "personality_traits"] } },
      },
    ]);
  });

  test.each([{}, { name: "Ren", description: null }, { personality_traits: {} }])(
    "by nothing new leaves it and the trail as they are: %j",
    async (wish) => {
      const { ada, deps, make, trail } = await world.setup();
      const persona = await make(ada);

      expect(await updatePersona(deps, ada, { persona_id: persona.id, ...wish })).toMatchObject({ persona });
      expect(await trail()).toHaveLength(1);
    },
  );

  test("is for its owner and who was allowed to; others who can see it are told so", async () => {
    const { access, ada, ben, benId, deps, make } = await world.setup();
    const { id } = await make(ada, { visibility: "public" });
    const change = () => updatePersona(deps, ben, { persona_id: id, description: "new" });

    await expect(change()).rejects.toMatchObject({ code: "FORBIDDEN" });
    access.allowed.push({ userId: benId, action: "write", id });
    expect(await change()).toMatchObject({ persona: { description: "new" } });
    await expect(deletePersona(deps, ben, { persona_id: id })).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(updatePersona(deps, ben, { persona_id: id, visibility: "private" })).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
    expect(await updatePersona(deps, ben, { persona_id: id, visibility: "public" })).toMatchObject({ success: true });
  });

  test("of Mu is for administrators, and everybody hears of it at once", async () => {
    const { access, ada, adaId, deps, kysely, mu, read } = await world.setup();
    const [before] = await mu();
    const change = () => updatePersona(deps, ada, { persona_id: before?.id ?? "", description: "Ours" });

    await expect(change()).rejects.toMatchObject({ code: "FORBIDDEN", message: "Permission denied: persona:write" });
    access.allowed.push({ userId: adaId, action: "write" });
    expect(await change()).toMatchObject({ persona: { description: "Ours", created_by: "system" } });
    expect(await read(ada, before?.id ?? "")).toMatchObject({ description: "Ours" });
    await kysely
      .updateTable("personas")
      .set({ description: before?.description ?? "" })
      .execute();
  });

  test("opens it to everybody and closes it again, which the trail tells", async () => {
    const { ada, ben, deps, make, namesFor, trail } = await world.setup();
    const { id } = await make(ada);
    await updatePersona(deps, ada, { persona_id: id, visibility: "public" });

    expect(await namesFor(ben)).toContain("Ren");
    await updatePersona(deps, ada, { persona_id: id, visibility: "private" });
    expect(await namesFor(ben)).not.toContain("Ren");
    expect((await trail()).slice(1).map(({ facts }) => facts)).toEqual([
      { before: { visibility: "private" }, after: { visibility: "public" }, details: { changed: ["visibility"] } },
      { before: { visibility: "public" }, after: { visibility: "private" }, details: { changed: ["visibility"] } },
    ]);
  });

  test("to a name that its owner has already is a conflict, also when both come at once", async () => {
    const { ada, deps, make, namesFor } = await world.setup();
    const [one, two] = [await make(ada, { name: "One" }), await make(ada, { name: "Two" })];
    const rename = ({ id }: Persona, name: string) => updatePersona(deps, ada, { persona_id: id, name });

    await expect(rename(one, "Two")).rejects.toMatchObject({ code: "CONFLICT", reason: "persona.name_taken" });
    const both = await Promise.allSettled([rename(one, "Ren"), rename(two, "Ren")]);
    expect(both.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    expect(await namesFor(ada)).toHaveLength(3);
  });

  test("in two places at once loses neither change", async () => {
    const { ada, deps, make, read } = await world.setup();
    const { id } = await make(ada);
    await Promise.all([
      updatePersona(deps, ada, { persona_id: id, description: "new" }),
      updatePersona(deps, ada, { persona_id: id, system_prompt: "new" }),
      updatePersona(deps, ada, { persona_id: id, settings: { temperature: 1 } }),
    ]);

    expect(await read(ada, id)).toMatchObject({
      description: "new",
      system_prompt: "new",
      settings: { temperature: 1 },
    });
  });
});

describe("deleting a persona", () => {
  test("takes it away, as often as one likes, and frees its name", async () => {
    const { ada, adaId, deps, make, namesFor, read, trail } = await world.setup();
    const { id } = await make(ada);
    const remove = () => deletePersona(deps, ada, { persona_id: id });

    for (let times = 0; times < 2; times += 1) {
      expect(await remove()).toEqual({ success: true, message: "Persona deleted successfully", persona_id: id });
    }
    await expect(read(ada, id)).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(updatePersona(deps, ada, { persona_id: id, name: "x" })).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(await namesFor(ada)).toEqual(["Mu"]);
    expect((await trail()).slice(1)).toEqual([{ action: "persona.deleted", actor: adaId, target: id, facts: {} }]);
    const again = await make(ada);
    await deletePersona(deps, ada, { persona_id: again.id });
    expect((await make(ada)).id).not.toBe(again.id);
  });

  test("once more is nothing that a stranger may do, or learn of", async () => {
    const { ada, ben, deps, make } = await world.setup();
    const { id } = await make(ada, { visibility: "public" });
    await deletePersona(deps, ada, { persona_id: id });

    await expect(deletePersona(deps, ben, { persona_id: id })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});

describe("sharing a persona", () => {
  test("is left to who keeps the shares, who is told whose it is", async () => {
    const { access, ada, adaId, benId, deps, make } = await world.setup();
    const { id } = await make(ada);
    const sharing = { persona_id: id, recipients: [{ type: "user", id: benId }] };

    expect(await sharePersona(deps, ada, chat.sharePersona.input.parse(sharing))).toEqual({ shares: [] });
    expect(access.shared).toMatchObject([
      {
        principal: ada.principal,
        resource_type: "persona",
        resource_id: id,
        owner_id: adaId,
        recipients: [{ type: "user", id: benId }],
        permissions: ["read"],
      },
    ]);
  });
});
