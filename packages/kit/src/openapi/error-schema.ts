import type { Dialect } from "@gaia/contracts";
import type { JsonObject } from "./describe-schema.ts";

const text = { type: "string" };
const optionalText = { type: ["string", "null"] };
const details = { type: "object", description: "Facts about the failure, such as the models that exist" };
const requestId = { type: "string", description: "To quote when asking for help" };

const openAiError = object({ message: text, type: text, param: optionalText, code: optionalText, details }, [
  "message",
  "type",
  "param",
  "code",
]);
const issue = object({ type: text, loc: { type: "array", items: { type: ["string", "integer"] } }, msg: text });
const gaiaFields = {
  detail: { anyOf: [text, { type: "array", items: issue }] },
  code: text,
  request_id: requestId,
  reason: text,
  details,
};
const gaiaRequired = ["detail", "code", "request_id"];

/** What `errorBody` makes, by dialect: its name and its schema. */
export function errorSchema(dialect: Exclude<Dialect, "html">): readonly [string, JsonObject] {
  switch (dialect) {
    case "gaia":
      return ["Error", object({ ...gaiaFields, error: text }, gaiaRequired)];
    case "openai":
      return ["OpenAiError", object({ error: openAiError, request_id: requestId })];
    case "hybrid":
      return ["HybridError", object({ ...gaiaFields, error: openAiError }, [...gaiaRequired, "error"])];
    case "anthropic": {
      const error = object({ type: text, message: text });
      return ["AnthropicError", object({ type: { const: "error" }, error, request_id: requestId })];
    }
    case "supabase": {
      const weak = { type: "object", description: "Why a password is too weak" };
      const properties = { code: { type: "integer" }, error_code: text, msg: text, weak_password: weak };
      return ["SupabaseError", object(properties, ["code", "error_code", "msg"])];
    }
  }
}

function object(properties: JsonObject, required: readonly string[] = Object.keys(properties)): JsonObject {
  return { type: "object", properties, required };
}
