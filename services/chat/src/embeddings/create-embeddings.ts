import {
  chat,
  type ChatCompletionRequest,
  EmbeddingsResponse,
  type EmbeddingsRequest,
  GaiaError,
  toGaiaError,
} from "@gaia/contracts";
import { logOutcome } from "@gaia/kit/binding";
import type { Context } from "@gaia/kit/context";
import { type Embedder, readProviderError } from "@gaia/providers";
import { identifyCaller } from "../caller-identity.ts";
import { storable } from "../conversations/conversation-repository.ts";
import type { ChatDeps } from "../deps.ts";
import { reserveTokens } from "../limits/reserve-tokens.ts";

type EmbeddingDeps = Pick<ChatDeps, "models" | "usage" | "limits" | "tokensPerMinute" | "now">;

/** Texts as vectors, by whoever speaks OpenAI's dialect: bytes there and back, with their tokens on the caller's account. */
export async function createEmbeddings(
  deps: EmbeddingDeps,
  context: Context,
  request: EmbeddingsRequest,
): Promise<Response> {
  const started = performance.now();
  identifyCaller(context);
  const embedder = deps.models.embedder(request.model);
  const tokens = await reserveTokens(deps, context.principal, asQuestion(request));
  try {
    const { body, counted } = await send(embedder, context, request);
    await tokens.settle(counted ?? tokens.question);
    record(deps, context, { request, embedder, started, counted });
    const headers = { "content-type": "application/json", "content-length": String(Buffer.byteLength(body)) };
    return new Response(body, { headers });
  } catch (cause) {
    const error = toGaiaError(cause);
    await tokens.settle(0);
    record(deps, context, { request, embedder, started, counted: undefined, error });
    throw error;
  }
}

interface Embedded {
  /** As the provider sent it. */
  readonly body: string;
  readonly counted: number | undefined;
}

async function send({ passThrough }: Embedder, { signal }: Context, request: EmbeddingsRequest): Promise<Embedded> {
  const answer = await passThrough.send({ path: "/embeddings", body: JSON.stringify(request), signal });
  if (answer.status < 200 || answer.status >= 300) throw await readProviderError(answer, passThrough.provider);
  const body = await answer.text();
  return { body, counted: parse(body).usage?.prompt_tokens };
}

function parse(body: string): EmbeddingsResponse {
  try {
    return EmbeddingsResponse.parse(JSON.parse(body));
  } catch (cause) {
    throw new GaiaError("UPSTREAM_FAILED", "The model provider sent something unreadable", {
      reason: "provider.unexpected_answer",
      cause,
    });
  }
}

// The limit of tokens knows questions and answers; vectors are no tokens, so the answer takes none.
function asQuestion({ input }: EmbeddingsRequest): ChatCompletionRequest {
  const texts = Array.isArray(input) ? input : [input];
  const content = texts.map((text) => (typeof text === "string" ? text : JSON.stringify(text))).join("\n");
  return { messages: [{ role: "user", content }], max_tokens: 0 };
}

interface Embedding {
  readonly request: EmbeddingsRequest;
  readonly embedder: Embedder;
  readonly started: number;
  readonly counted: number | undefined;
  readonly error?: GaiaError;
}

function record({ usage }: EmbeddingDeps, context: Context, embedding: Embedding): void {
  const { request, embedder, started, counted, error } = embedding;
  const { userId, apiKeyId } = identifyCaller(context);
  const contract = chat.createEmbeddings;
  const model = storable(request.model).toWellFormed();
  const provider = embedder.passThrough.provider;
  usage.record({
    request_id: context.requestId,
    user_id: userId,
    api_key_id: apiKeyId,
    service: "chat",
    operation: contract.name,
    provider,
    model,
    requested_model: model,
    ...(counted === undefined
      ? { token_source: "none" }
      : { input_tokens: counted, output_tokens: 0, token_source: "provider" }),
    duration_ms: Math.round(performance.now() - started),
    outcome: error === undefined ? "ok" : error.code === "CANCELLED" ? "cancelled" : "failed",
    error_code: error?.code ?? null,
  });
  logOutcome(context.log, {
    contract,
    caller: context,
    started,
    ...(error === undefined ? {} : { error }),
    fields: { provider, model, inputTokens: counted },
  });
}
