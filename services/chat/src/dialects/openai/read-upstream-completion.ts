import { ChatCompletion, GaiaError } from "@gaia/contracts";
import * as z from "zod";
import { toFinishReason } from "../../streams/read-upstream-chunk.ts";

const UpstreamUsage = z.looseObject({ prompt_tokens: z.int(), completion_tokens: z.int().default(0) });
const Choice = z.looseObject({
  index: z.int().catch(0),
  // Servers differ: some send null where OpenAI leaves the key out.
  message: z.looseObject({
    role: z.literal("assistant").catch("assistant"),
    content: z.string().nullable().catch(null),
    tool_calls: z.array(z.unknown()).nullish(),
  }),
  finish_reason: z.string().nullish(),
});
const UpstreamCompletion = z.looseObject({
  id: z.string().default(""),
  created: z.int().default(0),
  model: z.string().default(""),
  choices: z.array(Choice).min(1),
  usage: UpstreamUsage.nullish(),
});

/** An answer of a server that speaks OpenAI's dialect, with what it said and the token names of Gaia's clients. */
export function readUpstreamCompletion(value: unknown): ChatCompletion {
  const upstream = UpstreamCompletion.safeParse(value);
  if (!upstream.success) throw unreadable(upstream.error);
  const { usage, choices, ...rest } = upstream.data;
  const completion = ChatCompletion.safeParse({
    ...rest,
    object: "chat.completion",
    choices: choices.map(toChoice),
    ...(usage === undefined || usage === null ? {} : { usage: withTokenNames(usage) }),
  });
  if (!completion.success) throw unreadable(completion.error);
  return completion.data;
}

function toChoice({ message, finish_reason, ...rest }: z.infer<typeof Choice>): object {
  const { tool_calls, ...spoken } = message;
  const hasCalls = tool_calls !== undefined && tool_calls !== null;
  return {
    ...rest,
    message: hasCalls ? { ...spoken, tool_calls } : spoken,
    finish_reason: toFinishReason(finish_reason ?? null) ?? "stop",
  };
}

function withTokenNames(usage: z.infer<typeof UpstreamUsage>): object {
  const { prompt_tokens, completion_tokens } = usage;
  return {
    ...usage,
    total_tokens: usage["total_tokens"] ?? prompt_tokens + completion_tokens,
    input_tokens: prompt_tokens,
    output_tokens: completion_tokens,
  };
}

function unreadable(cause: unknown): GaiaError {
  return new GaiaError("UPSTREAM_FAILED", "The model provider sent something unreadable", {
    reason: "provider.unexpected_answer",
    cause,
  });
}
