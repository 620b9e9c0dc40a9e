import type { CardFacts } from "../card-facts.ts";
import { findPart } from "./find-part.ts";
import { fieldRule, type Rule } from "./rule.ts";

interface AbilityRule extends Rule {
  readonly ability: string;
  readonly providers: readonly CardFacts["provider"][];
}

const everyProvider = ["openai", "anthropic", "gaia"] as const;

/** What a model can do only if its card says so. */
export const abilityRules: readonly AbilityRule[] = [
  {
    ability: "vision",
    providers: everyProvider,
    what: "images",
    find: (request) => findPart(request, (part) => part.type === "image_url"),
  },
  {
    ability: "audio_input",
    providers: everyProvider,
    what: "audio",
    find: (request) => findPart(request, (part) => part.type === "input_audio"),
  },
  {
    ability: "pdf_input",
    providers: everyProvider,
    what: "PDF files",
    find: (request) => findPart(request, (part) => part.type === "file"),
  },
  {
    ability: "tools",
    providers: everyProvider,
    ...fieldRule("tools", "tools", ({ tools, tool_choice }) => (tools?.length ?? 0) > 0 && tool_choice !== "none"),
  },
  {
    ability: "reasoning",
    providers: everyProvider,
    ...fieldRule(
      "reasoning_effort",
      "a reasoning effort",
      ({ reasoning_effort }) => (reasoning_effort ?? "none") !== "none",
    ),
  },
  // Anthropic's adapter reaches a schema by way of a tool where the model has none of its own.
  {
    ability: "structured_output",
    providers: ["openai", "gaia"],
    ...fieldRule("response_format", "a JSON schema", ({ response_format }) => response_format?.type === "json_schema"),
  },
];
