import type { ChatCompletionRequest, Persona } from "@gaia/contracts";

const placeholder = "{tools_section}";

/** The persona's prompt with what it can do at the placeholder, or behind a blank line where there is none. */
export function composeSystemPrompt(persona: Persona, tools: ChatCompletionRequest["tools"] = []): string {
  const section = describeTools(tools);
  const prompt = persona.system_prompt;
  if (prompt.includes(placeholder)) return prompt.replace(placeholder, () => section).trim();
  return section === "" ? prompt.trim() : `${prompt.trim()}\n\n${section}`;
}

function describeTools(tools: NonNullable<ChatCompletionRequest["tools"]>): string {
  if (tools.length === 0) return "";
  const lines = tools.map(({ function: { name, description } }) => `- ${name}${description ? `: ${description}` : ""}`);
  return `You can use these tools when they help:\n${lines.join("\n")}`;
}
