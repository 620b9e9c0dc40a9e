import type { ChatCompletionRequest, Persona } from "@gaia/contracts";
import { readSettings } from "../settings/read-settings.ts";
import { describeCapabilities } from "./describe-capabilities.ts";
import { describeStyle } from "./describe-style.ts";
import { describeTraits } from "./describe-traits.ts";
import { expandTemplate, mentions } from "./expand-template.ts";

/** A persona that speaks, to whom, and when. */
export interface Speaker {
  readonly persona: Persona;
  readonly userName: string | null;
  readonly now: Date;
}

/**
 * What the model is told first: the persona's prompt, then what follows from its traits, capabilities and settings, a
 * paragraph each. The tools stand at their placeholder, or at the end where there is none.
 */
export function composeSystemPrompt(
  { persona, ...facts }: Speaker,
  tools: ChatCompletionRequest["tools"] = [],
): string {
  const toolsSection = describeTools(tools);
  const template = persona.system_prompt;
  return [
    expandTemplate(template, { ...facts, personaName: persona.name, toolsSection }),
    describeTraits(persona.personality_traits),
    describeCapabilities(persona.capabilities),
    describeStyle(readSettings(persona)),
    ...(mentions(template, "tools_section") ? [] : [toolsSection]),
  ]
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== "")
    .join("\n\n");
}

function describeTools(tools: NonNullable<ChatCompletionRequest["tools"]>): string {
  if (tools.length === 0) return "";
  const lines = tools.map(({ function: { name, description } }) => `- ${name}${description ? `: ${description}` : ""}`);
  return `You can use these tools when they help:\n${lines.join("\n")}`;
}
