import { type ErrorCode, GaiaError } from "@gaia/contracts";
import type { Secret } from "@gaia/kit/config/secret";
import * as z from "zod";

interface SupabaseAuthOptions {
  /** The project's address. */
  readonly url: string;
  /** The key that everybody may have. */
  readonly anonKey: Secret | undefined;
  /** The key that may do everything. */
  readonly serviceKey: Secret | undefined;
  readonly fetch: typeof globalThis.fetch;
  readonly timeoutMs: number;
}

interface SupabaseRequest {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** Below `/auth/v1`. */
  readonly path: `/${string}`;
  readonly query?: Readonly<Record<string, string>> | undefined;
  readonly body?: object;
  /** On whose behalf: a user by the token of a session, Gaia itself with its service key, or nobody. */
  readonly as: { readonly token: string } | "service" | "nobody";
}

/** A project's Auth API, in its own words. */
export interface SupabaseAuth {
  /** Whether there is a key for what only administrators may. */
  readonly hasServiceKey: boolean;
  /** The answer as the schema reads it. Refusals keep Supabase's code and message; an outage is `UNAVAILABLE`. */
  call<Schema extends z.ZodType>(request: SupabaseRequest, answer: Schema): Promise<z.output<Schema>>;
}

const retryAfterSeconds = 5;

// Older versions, and the gateway before the project, have other names for the same.
const messageNames = ["msg", "message", "error_description", "error"] as const;
const codeNames = ["error_code", "code"] as const;
const longestMessage = 500;

const codesByStatus: Readonly<Record<number, ErrorCode>> = {
  401: "UNAUTHENTICATED",
  403: "FORBIDDEN",
  404: "NOT_FOUND",
  409: "CONFLICT",
  422: "INVALID_INPUT",
  429: "RATE_LIMITED",
};

export function createSupabaseAuth(options: SupabaseAuthOptions): SupabaseAuth {
  return {
    hasServiceKey: options.serviceKey !== undefined,
    async call(request, answer) {
      const key = keyFor(options, request.as);
      const { status, headers, body } = await send(options, request, key);
      if (status >= 500) throw isAway({ status, body });
      if (status >= 400) throw toRefusal({ status, headers, body, as: request.as });
      const parsed = answer.safeParse(body);
      if (parsed.success) return parsed.data;
      throw new GaiaError("UPSTREAM_FAILED", "The identity provider's answer cannot be read", {
        reason: "identity.provider_unreadable",
        cause: parsed.error,
      });
    },
  };
}

function keyFor({ anonKey, serviceKey }: SupabaseAuthOptions, as: SupabaseRequest["as"]): Secret {
  const key = as === "service" ? serviceKey : anonKey;
  if (key !== undefined) return key;
  const name = as === "service" ? "SUPABASE_SERVICE_KEY" : "SUPABASE_ANON_KEY";
  throw new GaiaError("NOT_IMPLEMENTED", `Accounts are kept by the Supabase project: set ${name}`, {
    reason: "identity.key_missing",
  });
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

async function send(
  { url, fetch, timeoutMs }: SupabaseAuthOptions,
  { method, path, query, body, as }: SupabaseRequest,
  key: Secret,
): Promise<Answer> {
  const address = new URL(`/auth/v1${path}`, url);
  for (const [name, value] of Object.entries(query ?? {})) address.searchParams.set(name, value);
  const token = typeof as === "object" ? as.token : key.reveal();
  try {
    const response = await fetch(address, {
      method,
      headers: {
        apikey: key.reveal(),
        authorization: `Bearer ${token}`,
        // With it, errors name their code.
        "x-supabase-api-version": "2024-01-01",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
    });
    return { status: response.status, headers: response.headers, body: parse(await response.text()) };
  } catch (cause) {
    throw isAway(cause);
  }
}

/** What is no JSON comes from something before the project, and says nothing that could be acted on. */
function parse(text: string): unknown {
  try {
    return text === "" ? {} : JSON.parse(text);
  } catch {
    return {};
  }
}

function isAway(cause: unknown): GaiaError {
  return new GaiaError("UNAVAILABLE", "The identity provider is not available", {
    reason: "identity.provider_unavailable",
    retryAfterSeconds,
    cause,
  });
}

function toRefusal({ status, headers, body, as }: Answer & Pick<SupabaseRequest, "as">): GaiaError {
  const message = (findText(body, messageNames) ?? `HTTP ${status}`).slice(0, longestMessage);
  // Nobody's credentials were sent but Gaia's own.
  if (status === 401 && typeof as === "string") {
    return new GaiaError("UPSTREAM_FAILED", "The Supabase project does not accept Gaia's key", {
      reason: "identity.key_refused",
      cause: message,
    });
  }
  const code = findText(body, codeNames);
  return new GaiaError(codesByStatus[status] ?? "BAD_REQUEST", message, {
    ...(code === undefined ? {} : { reason: `identity.${code}` }),
    ...(status === 429 ? { retryAfterSeconds: waitOf(headers) } : {}),
  });
}

/** The first of the fields that is a text: without an API version, `code` is the status. */
function findText(body: unknown, names: readonly string[]): string | undefined {
  const fields = z.record(z.string(), z.unknown()).safeParse(body).data ?? {};
  return names.map((name) => fields[name]).find((value): value is string => typeof value === "string" && value !== "");
}

function waitOf(headers: Headers): number {
  const wait = Number(headers.get("retry-after"));
  return Number.isInteger(wait) && wait > 0 ? wait : retryAfterSeconds;
}
