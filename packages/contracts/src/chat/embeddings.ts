import * as z from "zod";
import { defineStream } from "../define.ts";

const TokenList = z.array(z.int().min(0)).min(1);

/** Source: openai/openai-openapi, `CreateEmbeddingRequest`. */
export const EmbeddingsRequest = z
  .looseObject({
    model: z.string().min(1).max(200),
    input: z.union([
      z.string().min(1),
      z.array(z.string().min(1)).min(1).max(2048),
      TokenList,
      z.array(TokenList).min(1),
    ]),
    encoding_format: z.enum(["float", "base64"]).optional(),
    dimensions: z.int().positive().optional(),
    user: z.string().optional(),
  })
  .meta({ id: "EmbeddingsRequest" });
export type EmbeddingsRequest = z.infer<typeof EmbeddingsRequest>;

export const EmbeddingsResponse = z
  .looseObject({
    object: z.literal("list"),
    data: z.array(z.looseObject({ index: z.int(), embedding: z.union([z.array(z.number()), z.string()]) })),
    model: z.string().optional(),
    usage: z.looseObject({ prompt_tokens: z.int(), total_tokens: z.int().optional() }).nullish(),
  })
  .meta({ id: "EmbeddingsResponse" });
export type EmbeddingsResponse = z.infer<typeof EmbeddingsResponse>;

/** A stream only because vectors may be larger than what a transport carries. */
export const createEmbeddings = defineStream({
  name: "chat.create-embeddings",
  summary: "OpenAI Embeddings",
  permission: "chat:create",
  rateClass: "model",
  http: { method: "POST", path: "/v1/embeddings", dialect: "openai" },
  input: EmbeddingsRequest,
  output: EmbeddingsResponse,
  errors: ["NOT_FOUND", "NOT_IMPLEMENTED", "RATE_LIMITED", "UPSTREAM_FAILED", "UNAVAILABLE"],
});
