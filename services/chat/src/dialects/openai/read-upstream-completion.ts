import { ChatCompletion, GaiaError } from "@gaia/contracts";
import * as z from "zod";

const UpstreamUsage = z.looseObject({ prompt_tokens: z.int(), completion_tokens: z.int().default(0) });
const UpstreamCompletion = z.looseObject({
  id: z.string().default(""),
  created: z.int().default(0),
  model: z.string().default(""),
  choices: z.array(z.looseObject({})).min(1),
  usage: UpstreamUsage.nullish(),
});

/** An answer of a server that speaks OpenAI's dialect, with what it said and the token names of Gaia's clients. */
export function readUpstreamCompletion(value: unknown): ChatCompletion {
  const upstream = UpstreamCompletion.safeParse(value);
  if (!upstream.success) throw unreadable(upstream.error);
  const { usage, ...rest } = upstream.data;
  const completion = ChatCompletion.safeParse({
    ...rest,
    object: "chat.completion",
    ...(usage === undefined || usage === null ? {} : { usage: withTokenNames(usage) }),
  });
  if (!completion.success) throw unreadable(completion.error);
  return completion.data;
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
