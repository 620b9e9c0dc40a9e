import type { Persona } from "@gaia/contracts";
import { describe, expect, test } from "vitest";
import { composeSystemPrompt } from "./compose-system-prompt.ts";

function persona(system_prompt: string): Persona {
  return {
    id: "7b1d0000-0000-4000-8000-000000000001",
    name: "Mu",
    description: "",
    system_prompt,
    personality_traits: {},
    capabilities: {},
    is_active: true,
    created_by: null,
    created_at: "2026-11-24T12:00:00.000Z",
    updated_at: "2026-11-24T12:00:00.000Z",
  };
}

const tools = [
  { type: "function" as const, function: { name: "search", description: "Finds pages" } },
  { type: "function" as const, function: { name: "roll" } },
];
const section = "You can use these tools when they help:\n- search: Finds pages\n- roll";

describe("the system prompt", () => {
  test.each([
    ["at its place", "Be kind.\n{tools_section}\nBe brief.", `Be kind.\n${section}\nBe brief.`],
    ["behind the rest where it has no place", "Be kind.\n", `Be kind.\n\n${section}`],
  ])("names the tools %s", (_where, prompt, expected) => {
    expect(composeSystemPrompt(persona(prompt), tools)).toBe(expected);
  });

  test.each([
    ["Be kind.\n\n{tools_section}", "Be kind."],
    ["  Be kind.  ", "Be kind."],
  ])("without tools leaves no trace of them: %j", (prompt, expected) => {
    expect(composeSystemPrompt(persona(prompt))).toBe(expected);
    expect(composeSystemPrompt(persona(prompt), [])).toBe(expected);
  });

  test("takes a tool's words as they are", () => {
    const odd = [{ type: "function" as const, function: { name: "pay", description: "Costs $1, $& and $' more" } }];

    expect(composeSystemPrompt(persona("{tools_section}"), odd)).toContain("- pay: Costs $1, $& and $' more");
  });
});
