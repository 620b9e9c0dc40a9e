import { readDataUrl } from "../read-data-url.ts";
import { isReasoningEffort } from "../reasoning-effort.ts";
import { findPart } from "./find-part.ts";
import { fieldRule, type Rule } from "./rule.ts";

const serviceTiers = new Set(["auto", "default", "flex", "priority", "fast"]);
const isGiven = (value: unknown): boolean => value !== undefined && value !== null;

/** What no way over an adapter can do, whatever the provider. */
export const commonRules: readonly Rule[] = [
  fieldRule("n", "several answers to one request", ({ n }) => (n ?? 1) > 1),
  fieldRule("logprobs", "log probabilities", ({ logprobs }) => logprobs === true),
  fieldRule("top_logprobs", "log probabilities", ({ top_logprobs }) => (top_logprobs ?? 0) > 0),
  fieldRule(
    "modalities",
    "answers other than text",
    ({ modalities }) => modalities?.some((name) => name !== "text") ?? false,
  ),
  fieldRule("audio", "audio answers", ({ audio }) => isGiven(audio)),
  fieldRule("web_search_options", "web search by the provider", ({ web_search_options }) =>
    isGiven(web_search_options),
  ),
  fieldRule("moderation", "moderation by the provider", ({ moderation }) => isGiven(moderation)),
  fieldRule("functions", "functions; send tools instead", ({ functions }) => isGiven(functions)),
  fieldRule("function_call", "function_call; send tool_choice instead", ({ function_call }) => isGiven(function_call)),
  fieldRule("service_tier", "this service tier", ({ service_tier }) => !serviceTiers.has(service_tier ?? "auto")),
  fieldRule(
    "reasoning_effort",
    "this reasoning effort",
    ({ reasoning_effort }) => isGiven(reasoning_effort) && !isReasoningEffort(reasoning_effort),
  ),
  {
    what: "files other than PDF",
    find: (request) => findPart(request, (part) => part.type === "file" && !isDocument(part.file.file_data)),
  },
];

// A text file would reach Anthropic, but not OpenAI; its text belongs into a text part for both.
function isDocument(fileData: string | undefined): boolean {
  const data = fileData === undefined ? undefined : readDataUrl(fileData);
  return data === undefined || data.mediaType === "application/pdf";
}
