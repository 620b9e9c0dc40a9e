import { toLine } from "./words.ts";

const maximumNameLength = 80;

export interface TemplateFacts {
  /** `null` where Gaia does not know it. */
  readonly userName: string | null;
  readonly personaName: string;
  readonly now: Date;
  /** What stands at `{tools_section}`, the first time. */
  readonly toolsSection: string;
}

/**
 * Replaces Gaia's variables and leaves all other braces alone. One pass: what a value contains, braces included, is
 * text and never looked at again.
 */
export function expandTemplate(template: string, facts: TemplateFacts): string {
  let toolsSection = facts.toolsSection;
  return template.replaceAll(/\{(?:tools_section|user_name|persona_name|date)\}/g, (variable) => {
    switch (variable) {
      case "{user_name}":
        return toLine(facts.userName ?? "", maximumNameLength) || "the user";
      case "{persona_name}":
        return toLine(facts.personaName);
      case "{date}":
        return facts.now.toISOString().slice(0, 10);
      default: {
        const section = toolsSection;
        toolsSection = "";
        return section;
      }
    }
  });
}

export function mentions(template: string, variable: "tools_section" | "user_name"): boolean {
  return template.includes(`{${variable}}`);
}
