import { accounts, type Caller, type Contract, GaiaError, identity, maximumTokenLength } from "@gaia/contracts";
import { readBody } from "@gaia/kit/http/read-json";
import type { Transport } from "@gaia/kit/transport/transport";
import { readCredentials } from "../authentication/read-credentials.ts";

const timeoutMs = 10_000;
const retryAfterSeconds = 5;

const sentHeaders = [
  "accept",
  "apikey",
  "authorization",
  "content-type",
  "prefer",
  "x-client-info",
  "x-supabase-api-version",
];
// `fetch` has decoded and counted the body already; cookies of the project are not Gaia's to set.
const keptHeaders =
  /^(?:cache-control|content-type|link|location|retry-after|sb-auth-.+|x-sb-.+|x-supabase-.+|x-total-count|www-authenticate)$/;

interface SupabaseDeps {
  readonly transport: Transport;
  readonly supabaseUrl: string;
  readonly fetch?: typeof globalThis.fetch | undefined;
}

interface ForwardedCall {
  readonly contract: Pick<Contract, "name">;
  readonly request: Request;
  readonly caller: Caller;
}

/** Sends a request of Supabase's clients on to the project that keeps the accounts, which decides about it. */
export async function forwardToSupabase(deps: SupabaseDeps, call: ForwardedCall): Promise<Response> {
  const { request } = call;
  const { pathname, search } = new URL(request.url);
  const body = await readBody(request);
  const { status, headers, bytes } = await send(deps, {
    url: new URL(pathname + search, deps.supabaseUrl),
    request,
    body: body.byteLength === 0 ? null : body,
  });
  if (status < 300 && call.contract.name === identity.logOut.name) await forgetSession(deps, call);
  const kept = [...headers].filter(([name]) => keptHeaders.test(name));
  return new Response(bytes.byteLength === 0 ? null : bytes, { status, headers: kept });
}

interface Sent {
  readonly url: URL;
  readonly request: Request;
  readonly body: Uint8Array<ArrayBuffer> | null;
}

async function send(
  { fetch = globalThis.fetch }: Pick<SupabaseDeps, "fetch">,
  { url, request, body }: Sent,
): Promise<{ readonly status: number; readonly headers: Headers; readonly bytes: ArrayBuffer }> {
  const headers = sentHeaders.flatMap((name): [string, string][] => {
    const value = request.headers.get(name);
    return value === null ? [] : [[name, value]];
  });
  const signal = AbortSignal.any([request.signal, AbortSignal.timeout(timeoutMs)]);
  try {
    const response = await fetch(url, { method: request.method, headers, body, redirect: "manual", signal });
    return { status: response.status, headers: response.headers, bytes: await response.arrayBuffer() };
  } catch (cause) {
    if (request.signal.aborted) throw new GaiaError("CANCELLED", "The caller went away", { cause });
    throw new GaiaError("UNAVAILABLE", "The identity provider is not available", {
      reason: "identity.provider_unavailable",
      retryAfterSeconds,
      cause,
    });
  }
}

/** The project has ended it, but its access tokens go on until their time is over unless Gaia knows. */
async function forgetSession({ transport }: SupabaseDeps, { request, caller }: ForwardedCall): Promise<void> {
  const token = readCredentials(request.headers).bearer?.token?.reveal() ?? "";
  const isOwnOver = new URL(request.url).searchParams.get("scope") !== "others";
  if (!isOwnOver || token === "" || token.length > maximumTokenLength) return;
  await transport.call(
    accounts.forgetSession,
    { ...caller, principal: { kind: "service", name: "gateway" } },
    { token },
  );
}
