import type { ChatCompletionRequest } from "@gaia/contracts";
import { findPart } from "./find-part.ts";
import { fieldRule, type Rule } from "./rule.ts";

const isOther = (value: number | null | undefined, standard: number): boolean => (value ?? standard) !== standard;

/** What OpenAI's models do and Anthropic's do not. */
export const anthropicRules: readonly Rule[] = [
  fieldRule("seed", "a seed", ({ seed }) => seed !== undefined && seed !== null),
  fieldRule("presence_penalty", "penalties", ({ presence_penalty }) => isOther(presence_penalty, 0)),
  fieldRule("frequency_penalty", "penalties", ({ frequency_penalty }) => isOther(frequency_penalty, 0)),
  fieldRule("logit_bias", "a bias for tokens", ({ logit_bias }) => Object.keys(logit_bias ?? {}).length > 0),
  fieldRule("temperature", "a temperature above 1", ({ temperature }) => (temperature ?? 0) > 1),
  fieldRule(
    "top_p",
    "temperature and top_p together",
    ({ temperature, top_p }) => isOther(temperature, 1) && isOther(top_p, 1),
  ),
  fieldRule("response_format", "JSON without a schema; send json_schema", isSchemaless),
  fieldRule(
    "service_tier",
    "this service tier",
    ({ service_tier }) => !["auto", "default"].includes(service_tier ?? "auto"),
  ),
  fieldRule("verbosity", "a verbosity", ({ verbosity }) => (verbosity ?? "medium") !== "medium"),
  fieldRule("store", "storage by the provider", ({ store }) => store === true),
  { what: "audio", find: (request) => findPart(request, (part) => part.type === "input_audio") },
  { what: "names of participants", find: findName },
];

function isSchemaless({ response_format }: ChatCompletionRequest): boolean {
  if (response_format?.type === "json_schema") return response_format.json_schema.schema === undefined;
  return response_format?.type === "json_object";
}

function findName({ messages }: ChatCompletionRequest): string | undefined {
  const index = messages.findIndex((message) => message.role === "user" && message.name !== undefined);
  return index === -1 ? undefined : `messages.${index}.name`;
}
