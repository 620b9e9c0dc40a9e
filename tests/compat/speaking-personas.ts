import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { mockModels, type ProviderName, wireFormats } from "../support/mock-providers.ts";
import type { Answer } from "../topology/requests.ts";
import { type Caller, personasClient, personasPath, type PersonasWorld } from "./personas-world.ts";

const tools = ["search", "roll"].map((name) => ({ type: "function", function: { name, description: `Can ${name}` } }));

export function describeSpeakingPersonas(shared: PersonasWorld): void {
  const { send, make } = personasClient(shared);

  /** What the provider is sent for a question to a persona. */
  async function sentFor(caller: Caller, body: object, provider: ProviderName = "openai"): Promise<Answer> {
    const { providers } = shared.opened();
    const text = `question ${randomUUID()}`;
    providers[provider].script(text, wireFormats[provider].whole("Fine."));
    const answer = await send(caller, "POST", "/api/v1/chat", { message: text, ...body });
    expect(answer).toMatchObject({ status: 200, body: { choices: [{ message: { content: "Fine." } }] } });
    const [request] = providers[provider].requestsWith(text);
    return JSON.parse(request?.body ?? "{}") as Answer;
  }

  const systemOf = (sent: Answer): string =>
    typeof sent["system"] === "string" || Array.isArray(sent["system"])
      ? JSON.stringify(sent["system"])
      : String(sent["messages"][0].content);

  describe("a persona that speaks", () => {
    test("is its prompt, its traits and what it can, before everything else", async () => {
      const ada = await shared.newPerson();
      const { id, name } = await make(ada, {
        system_prompt: "I am {persona_name}, {user_name} knows. {unknown} {tools_section}",
        personality_traits: { calm: true, fond_of_tea: true },
        capabilities: { storytelling: true },
        settings: { language: "de", response_length: "short" },
      });
      const sent = await sentFor(ada, { persona_id: id });

      expect(sent["messages"]).toEqual([
        {
          role: "system",
          content: [
            `I am ${name}, the user knows. {unknown}`,
            "You stay calm, whatever comes. You are fond of tea.",
            "You can tell stories.",
            "Answer in German. Answer in one to three sentences.",
          ].join("\n\n"),
        },
        { role: "user", content: expect.stringContaining("question") },
      ]);
    });

    test("is so for Anthropic too", async () => {
      const ada = await shared.newPerson();
      const { id } = await make(ada, { system_prompt: "I am odd.", settings: { model: mockModels.anthropic } });
      const sent = await sentFor(ada, { persona_id: id }, "anthropic");

      expect(sent["model"]).toBe(mockModels.anthropic);
      expect(systemOf(sent)).toContain("I am odd.");
    });

    test("has a model and settings of its own, below those of the request", async () => {
      const ada = await shared.newPerson();
      const settings = { temperature: 0.25, max_tokens: 77 };
      const { id } = await make(ada, { capabilities: { ...settings, model: mockModels.anthropic } });
      const own = { temperature: 0.5, max_tokens: 5, model: mockModels.openai };

      expect(await sentFor(ada, { persona_id: id }, "anthropic")).toMatchObject({ max_tokens: 77 });
      expect(await sentFor(ada, { persona_id: id, model: mockModels.openai })).toMatchObject(settings);
      expect(await sentFor(ada, { persona_id: id, ...own })).toMatchObject(own);
    });

    test("of another installation speaks through the model that is here", async () => {
      const ada = await shared.newPerson();
      const { id } = await make(ada, { settings: { model: "a-model-of-elsewhere" } });

      expect(await sentFor(ada, { persona_id: id })).toMatchObject({ model: mockModels.openai });
    });

    test("uses the tools that it may use", async () => {
      const ada = await shared.newPerson();
      const prompt = { system_prompt: "Tools:\n{tools_section}" };
      const [every, one, none] = [
        await make(ada, prompt),
        await make(ada, { ...prompt, settings: { allowed_tools: ["roll"] } }),
        await make(ada, { ...prompt, capabilities: { tool_usage: false } }),
      ];
      const ask = (persona: Answer) => sentFor(ada, { persona_id: persona["id"], tools, tool_choice: "auto" });
      const namesIn = (sent: Answer) => sent["tools"]?.map((tool: Answer) => tool["function"].name);

      const [withEvery, withOne, withNone] = [await ask(every), await ask(one), await ask(none)];
      expect([withEvery, withOne, withNone].map(namesIn)).toEqual([["search", "roll"], ["roll"], undefined]);
      expect(systemOf(withEvery)).toMatch(/^Tools:\n.*\n- search: Can search\n- roll: Can roll$/);
      expect(systemOf(withOne)).toMatch(/^Tools:\n.*\n- roll: Can roll$/);
      expect(systemOf(withNone)).toBe("Tools:");
      expect(withNone["tool_choice"]).toBeUndefined();
    });

    test("is the chosen one where a request names none", async () => {
      const ada = await shared.newPerson();
      const { id } = await make(ada, { system_prompt: "I was chosen." });
      await send(ada, "POST", `${personasPath}/set`, { persona_id: id });
      expect(systemOf(await sentFor(ada, {}))).toBe("I was chosen.");
      expect(systemOf(await sentFor(ada, { persona_id: "default" }))).toContain("You are Mu");
      await send(ada, "DELETE", `${personasPath}/${id}`);

      expect(systemOf(await sentFor(ada, {}))).toContain("You are Mu");
    });

    test("changes with the next question after it was changed", async () => {
      const ada = await shared.newPerson();
      const { id } = await make(ada, { system_prompt: "Before." });
      await sentFor(ada, { persona_id: id });
      await send(ada, "PUT", `${personasPath}/${id}`, { system_prompt: "After." });

      expect(systemOf(await sentFor(ada, { persona_id: id }))).toBe("After.");
    });

    test("of somebody else's is 404, and nobody is asked", async () => {
      const [ada, ben] = [await shared.newPerson(), await shared.newPerson()];
      const { id } = await make(ada);
      const text = `question ${randomUUID()}`;

      expect(await send(ben, "POST", "/api/v1/chat", { message: text, persona_id: id })).toMatchObject({
        status: 404,
        body: { detail: `Persona not found: ${id}` },
      });
      expect(shared.opened().providers.openai.requestsWith(text)).toEqual([]);
    });
  });
}
