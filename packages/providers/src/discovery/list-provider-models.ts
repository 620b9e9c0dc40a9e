import { APICallError } from "@ai-sdk/provider";
import { GaiaError } from "@gaia/contracts";
import * as z from "zod";
import { providerReasons } from "../errors/failure-traits.ts";
import { toCallError } from "../errors/to-call-error.ts";
import { toProviderError } from "../errors/to-provider-error.ts";

const count = z.int().positive().nullish().catch(null);

// OpenAI and its look-alikes tell `created` and `owned_by`; Anthropic `created_at`, `display_name` and token limits;
// vLLM `max_model_len`.
const ListedModel = z
  .object({
    id: z.string().min(1),
    created: z.int().nullish().catch(null),
    created_at: z.string().nullish().catch(null),
    owned_by: z.string().nullish().catch(null),
    display_name: z.string().nullish().catch(null),
    max_input_tokens: count,
    max_model_len: count,
    max_tokens: count,
  })
  .transform((model) => ({
    id: model.id,
    displayName: model.display_name ?? model.id,
    created: model.created ?? unixSeconds(model.created_at),
    ownedBy: model.owned_by ?? null,
    contextWindow: model.max_input_tokens ?? model.max_model_len ?? null,
    maxOutputTokens: model.max_tokens ?? null,
  }));
const ModelList = z.object({ data: z.array(ListedModel).nullable() });

export type ListedModel = z.output<typeof ListedModel>;

/** What a provider's `GET /models` said. `unsupported`: it has no such route, which says nothing about its models. */
export type Listing =
  | { readonly kind: "known"; readonly models: readonly ListedModel[] }
  | { readonly kind: "unsupported" };

export interface ListModelsDeps {
  readonly provider: string;
  readonly baseUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly fetch: typeof fetch;
  readonly timeoutMilliseconds: number;
}

/** Asks the provider which models it serves. Throws a `GaiaError`. */
export async function listProviderModels(deps: ListModelsDeps): Promise<Listing> {
  const { provider, baseUrl, headers, fetch, timeoutMilliseconds } = deps;
  const query = provider === "anthropic" ? "?limit=1000" : "";
  const signal = AbortSignal.timeout(timeoutMilliseconds);
  try {
    const response = await fetch(`${baseUrl}/models${query}`, { headers, signal });
    const bodyText = await response.text();
    if (response.ok) return parseListing(bodyText, provider);
    if ([404, 405, 501].includes(response.status)) return { kind: "unsupported" };
    const answered = Object.fromEntries(response.headers.entries());
    throw toProviderError({ status: response.status, headers: answered, bodyText, provider });
  } catch (error) {
    throw signal.aborted ? tookTooLong(provider, error) : toCallError(error, { provider, signal: undefined });
  }
}

function parseListing(bodyText: string, provider: string): Listing {
  const parsed = ModelList.safeParse(parseJson(bodyText));
  if (parsed.success) return { kind: "known", models: parsed.data.data ?? [] };
  throw new APICallError({
    message: `The model list of ${provider} cannot be read`,
    url: "/models",
    requestBodyValues: undefined,
    statusCode: 200,
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function tookTooLong(provider: string, cause: unknown): GaiaError {
  return new GaiaError("TIMEOUT", `The provider ${provider} took too long to list its models`, {
    reason: providerReasons.timeout,
    cause,
  });
}

function unixSeconds(date: string | null | undefined): number {
  const milliseconds = Date.parse(date ?? "");
  return Number.isNaN(milliseconds) ? 0 : Math.floor(milliseconds / 1000);
}
