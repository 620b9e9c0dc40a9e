import { type FinishReason, GaiaError, type Usage } from "@gaia/contracts";
import * as z from "zod";
import type { ObservedChunk } from "./answer-accumulator.ts";
import type { ServerSentEvent } from "./parse-server-sent-event.ts";

// Lenient where servers differ: what is not a string is passed on to the caller and only not collected here.
const Text = z.string().nullish().catch(undefined);
const Fragment = z.object({
  index: z.int().nullish(),
  id: Text,
  function: z.object({ name: Text, arguments: Text }).nullish(),
});
const Choice = z.object({
  index: z.int().catch(0),
  delta: z
    .object({
      content: Text,
      reasoning_content: Text,
      reasoning: Text,
      refusal: Text,
      tool_calls: z.array(Fragment).nullish(),
    })
    .nullish(),
  finish_reason: z.string().nullish(),
});
const UpstreamUsage = z.object({
  prompt_tokens: z.int(),
  completion_tokens: z.int().default(0),
  total_tokens: z.int().optional(),
  prompt_tokens_details: z.looseObject({ cached_tokens: z.int().nullish() }).nullish().catch(undefined),
  completion_tokens_details: z.looseObject({ reasoning_tokens: z.int().nullish() }).nullish().catch(undefined),
});
const UpstreamChunk = z.object({
  id: z.string().optional(),
  created: z.int().optional(),
  model: z.string().optional(),
  choices: z.array(Choice),
  usage: UpstreamUsage.nullish().catch(undefined),
  error: z.unknown().optional(),
});
const StreamError = z.object({ error: z.union([z.string(), z.looseObject({})]) });

/** A chunk of a server that speaks OpenAI's dialect. Throws on an error event and on anything that is no chunk. */
export function readUpstreamChunk({ data, event }: Pick<ServerSentEvent, "data" | "event">): ObservedChunk {
  const value = parseJson(data ?? "");
  const chunk = UpstreamChunk.safeParse(value);
  if (event === "error" || (chunk.success ? isGiven(chunk.data.error) : StreamError.safeParse(value).success)) {
    throw new GaiaError("UPSTREAM_FAILED", "The model provider failed while it answered", {
      reason: "provider.server_error",
      cause: value,
    });
  }
  if (!chunk.success) throw unreadable(chunk.error);
  const { id, created, model, choices, usage } = chunk.data;
  return { id, created, model, choices: choices.map(toChoice), usage: usage && toUsage(usage) };
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function toChoice({ index, delta, finish_reason }: z.infer<typeof Choice>): ObservedChunk["choices"][number] {
  return {
    index,
    delta: { ...delta, reasoning_content: delta?.reasoning_content ?? delta?.reasoning },
    finish_reason: toFinishReason(finish_reason ?? null),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw unreadable(cause);
  }
}

function unreadable(cause: unknown): GaiaError {
  return new GaiaError("UPSTREAM_FAILED", "The model provider sent something unreadable", {
    reason: "provider.unexpected_answer",
    cause,
  });
}

export function toFinishReason(reason: string | null): FinishReason | null {
  switch (reason) {
    case null:
    case "stop":
    case "length":
    case "tool_calls":
    case "content_filter":
      return reason;
    case "function_call":
      return "tool_calls";
    default:
      return "stop";
  }
}

function toUsage({
  prompt_tokens_details,
  completion_tokens_details,
  ...counts
}: z.infer<typeof UpstreamUsage>): Usage {
  return {
    ...counts,
    total_tokens: counts.total_tokens ?? counts.prompt_tokens + counts.completion_tokens,
    input_tokens: counts.prompt_tokens,
    output_tokens: counts.completion_tokens,
    ...(prompt_tokens_details && { prompt_tokens_details }),
    ...(completion_tokens_details && { completion_tokens_details }),
  };
}
