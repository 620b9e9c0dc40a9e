import { type MessagesRequest, MessagesRequest as Schema } from "@gaia/contracts";
import { invalidField } from "../../openai/invalid-field.ts";

// Of Anthropic's own; what they ask for is judged by the rules.
const known = new Set([
  ...Object.keys(Schema.shape),
  "cache_control",
  "container",
  "context_management",
  "diagnostics",
  "inference_geo",
  "mcp_servers",
  "speed",
  "user_profile_id",
  "workspace_id",
]);

/** In Anthropic's words, which clients look for. */
export function refuseUnknownFields(request: MessagesRequest): void {
  const unknown = Object.keys(request).find((name) => !known.has(name));
  if (unknown !== undefined) throw invalidField([unknown], "Extra inputs are not permitted");
}
