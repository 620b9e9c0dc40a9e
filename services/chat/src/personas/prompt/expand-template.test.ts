import { describe, expect, test } from "vitest";
import { expandTemplate } from "./expand-template.ts";

const facts = {
  userName: "Ada",
  personaName: "Ren",
  now: new Date("2026-11-24T23:59:59.000Z"),
  toolsSection: "TOOLS",
};

describe("a template", () => {
  test.each([
    ["{user_name} meets {persona_name} on {date}", "Ada meets Ren on 2026-11-24"],
    ["{user_name}{user_name}", "AdaAda"],
    [
      '{"json": {"a": 1}} {unknown} {} {user-name} { user_name }',
      '{"json": {"a": 1}} {unknown} {} {user-name} { user_name }',
    ],
    ["{{user_name}}", "{Ada}"],
    ["{USER_NAME}", "{USER_NAME}"],
    ["{tools_section}, {tools_section}", "TOOLS, "],
    ["", ""],
  ])("%j becomes %j", (template, expected) => {
    expect(expandTemplate(template, facts)).toBe(expected);
  });

  test.each([
    [null, "the user"],
    ["", "the user"],
    [" \n\u0000\u200B ", "the user"],
    ["  Ada\r\n\tLovelace ", "Ada Lovelace"],
    ["A\u2028B\u2029C\u0085D", "A B C D"],
    ["\u{1F600}".repeat(100), "\u{1F600}".repeat(40)],
    [`${"a".repeat(79)}\u{1F600}`, "a".repeat(79)],
    ["$& $1 {date}", "$& $1 {date}"],
  ])("calls the user %j %j", (userName, expected) => {
    expect(expandTemplate("{user_name}", { ...facts, userName })).toBe(expected);
  });
});
