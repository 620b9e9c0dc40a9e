import type { ChatCompletionRequest } from "@gaia/contracts";
import { describe, expect, test } from "vitest";
import { prepareExchange } from "../completions/prepare-exchange.ts";
import { ask, input } from "../testing/open-chat-world.ts";
import { setPersona } from "./set-persona.ts";
import { openPersonaWorld } from "./testing/open-persona-world.ts";

const world = await openPersonaWorld();

const tools = ["search", "roll"].map((name) => ({ type: "function" as const, function: { name } }));

async function setup() {
  const base = await world.setup();
  const prepare = (personaId: string | null, more: Partial<ChatCompletionRequest> = {}) =>
    prepareExchange(base.deps, base.ada, input(ask("Hello", more), { personaId }));
  return { ...base, prepare };
}

describe("a question to a persona", () => {
  test("begins with who it is, to whom it talks and what it can do", async () => {
    const { ada, adaId, kysely, make, prepare } = await setup();
    await kysely.updateTable("users").set({ name: "Ada\nLovelace" }).where("id", "=", adaId).execute();
    const { id } = await make(ada, {
      system_prompt: "I am {persona_name}. I talk with {user_name} on {date}.\n\n{tools_section}",
      personality_traits: { calm: true, fond_of_tea: true },
      capabilities: { storytelling: true, language: "French" },
    });
    const { request, personaId } = await prepare(id, { tools });

    expect(personaId).toBe(id);
    expect(request.messages).toEqual([
      {
        role: "system",
        content: [
          "I am Ren. I talk with Ada Lovelace on 2026-11-24.",
          "You can use these tools when they help:\n- search\n- roll",
          "You stay calm, whatever comes. You are fond of tea.",
          "You can tell stories.",
          "Answer in French.",
        ].join("\n\n"),
      },
      { role: "user", content: "Hello" },
    ]);
  });

  test("has its settings, where it says nothing of them itself", async () => {
    const { ada, make, prepare } = await setup();
    const { id } = await make(ada, {
      capabilities: { temperature: 0.1, tool_usage: false },
      settings: { temperature: 0.2, max_tokens: 30, model: "retired-model" },
    });
    const asked = await prepare(id, { tools, tool_choice: "required" });
    const own = await prepare(id, { temperature: 1, max_tokens: 5, model: "test-model" });

    expect(asked.request).toMatchObject({ temperature: 0.2, max_tokens: 30 });
    expect(asked.resolved.requestedName).toBe("retired-model");
    expect([asked.request.tools, asked.request.tool_choice]).toEqual([undefined, undefined]);
    expect(own.request).toMatchObject({ temperature: 1, max_tokens: 5 });
    expect(own.resolved.requestedName).toBe("test-model");
  });

  test("goes to another model where its own is not here", async () => {
    const { ada, make, prepare } = await setup();
    const { id } = await make(ada, { settings: { model: "of-another-installation" } });

    expect((await prepare(id)).resolved.card.id).toBe("test-model");
    await expect(prepare(id, { model: "of-another-installation" })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("goes to the persona that was chosen", async () => {
    const { ada, deps, make, prepare } = await setup();
    const { id } = await make(ada, { system_prompt: "Be kind." });
    expect((await prepare(null)).personaId).not.toBe(id);
    await setPersona(deps, ada, { persona_id: id });
    const { personaId, request } = await prepare(null);

    expect([personaId, request.messages[0]]).toEqual([id, { role: "system", content: "Be kind." }]);
  });

  test("of others is refused before anything is stored", async () => {
    const { ben, make, prepare, messages } = await setup();
    const { id } = await make(ben);

    await expect(prepare(id)).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(await messages()).toEqual([]);
  });
});
