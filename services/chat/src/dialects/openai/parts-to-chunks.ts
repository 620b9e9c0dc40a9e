import type { LanguageModelV4StreamPart, SharedV4Warning } from "@ai-sdk/provider";
import { type ChatCompletionChunk, GaiaError, isGaiaError, type Usage } from "@gaia/contracts";
import type { AnswerIdentity } from "./answer-identity.ts";
import { finishReasonToOpenAi, interruptedAnswer } from "./finish-reason-to-openai.ts";
import { ToolCallDeltas } from "./tool-call-deltas.ts";
import { usageToOpenAi } from "./usage-to-openai.ts";

export interface PartsToChunksOptions {
  readonly identity: AnswerIdentity;
  /** The caller's `stream_options.include_usage`. */
  readonly includeUsage: boolean;
  /** What the provider did not do as asked, for the log; before the first chunk. */
  readonly onWarnings?: (warnings: readonly SharedV4Warning[]) => void;
  /** The counts, whether or not the caller asked for them; before the chunk with the finish reason. */
  readonly onUsage?: (usage: Usage) => void;
}

type Choice = ChatCompletionChunk["choices"][number];
type Delta = Choice["delta"];

/**
 * Nothing is yielded before the model's first token, so that a failure up to there can still be answered with a status.
 * An `error` part throws, and so does an end without `finish`.
 */
export async function* partsToChunks(
  source: AsyncIterable<LanguageModelV4StreamPart>,
  options: PartsToChunksOptions,
): AsyncGenerator<ChatCompletionChunk, void, undefined> {
  const toolCalls = new ToolCallDeltas();
  let begun = false;
  let finished = false;
  for await (const part of source) {
    // Reading on to the end lets the connection to the provider be used again.
    if (finished) continue;
    if (part.type === "stream-start") {
      if (part.warnings.length > 0) options.onWarnings?.(part.warnings);
      continue;
    }
    if (part.type === "finish") {
      if (!begun) yield deltaChunk(options, firstDelta("text-delta"));
      yield* finishChunks(part, options);
      finished = true;
      continue;
    }
    for (const delta of deltasOf(part, toolCalls)) {
      if (!begun) yield deltaChunk(options, firstDelta(part.type));
      begun = true;
      yield deltaChunk(options, delta);
    }
  }
  if (!finished) throw interruptedAnswer();
}

function deltasOf(part: LanguageModelV4StreamPart, toolCalls: ToolCallDeltas): Delta[] {
  switch (part.type) {
    case "text-delta":
      return part.delta === "" ? [] : [{ content: part.delta }];
    case "reasoning-delta":
      return part.delta === "" ? [] : [{ reasoning_content: part.delta }];
    case "tool-input-start":
      return toolCalls.start(part);
    case "tool-input-delta":
      return toolCalls.append(part);
    case "tool-call":
      return toolCalls.complete(part);
    case "error":
      throw toUpstreamError(part.error);
    default:
      return [];
  }
}

// OpenAI's first delta has an empty text, and null where the answer begins with something else.
function firstDelta(type: LanguageModelV4StreamPart["type"]): Delta {
  return { role: "assistant", content: type === "text-delta" ? "" : null };
}

function* finishChunks(
  part: Extract<LanguageModelV4StreamPart, { type: "finish" }>,
  options: PartsToChunksOptions,
): Generator<ChatCompletionChunk, void, undefined> {
  const finishReason = finishReasonToOpenAi(part.finishReason);
  const usage = usageToOpenAi(part.usage);
  if (usage !== undefined) options.onUsage?.(usage);
  yield chunkOf(options, [{ index: 0, delta: {}, logprobs: null, finish_reason: finishReason }]);
  if (options.includeUsage && usage !== undefined) yield { ...chunkOf(options, []), usage };
}

function deltaChunk(options: PartsToChunksOptions, delta: Delta): ChatCompletionChunk {
  return chunkOf(options, [{ index: 0, delta, logprobs: null, finish_reason: null }]);
}

function chunkOf({ identity, includeUsage }: PartsToChunksOptions, choices: Choice[]): ChatCompletionChunk {
  return {
    id: identity.id,
    object: "chat.completion.chunk",
    created: identity.created,
    model: identity.model,
    choices,
    ...(includeUsage ? { usage: null } : {}),
  };
}

/** A failure that arrived as a part of the stream. */
export function toUpstreamError(error: unknown): GaiaError {
  if (isGaiaError(error)) return error;
  return new GaiaError("UPSTREAM_FAILED", "The model provider failed while it answered", { cause: error });
}
