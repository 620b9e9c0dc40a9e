import { accounts, type Caller, type Contract, GaiaError, identity } from "@gaia/contracts";
import { readBody } from "@gaia/kit/http/read-json";
import type { Log } from "@gaia/kit/log";
import type { Transport } from "@gaia/kit/transport/transport";
import { describeIdentityCall } from "./describe-identity-call.ts";

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
  readonly log: Log;
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
  await tell(deps, call, describeIdentityCall({ ...call, body, status, headers, bytes }));
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

/** What ends somebody's access must be known here before the answer; what is only for the trail keeps no answer back. */
const mustBeTold: readonly string[] = [
  identity.logOut.name,
  identity.updateOwnUser.name,
  identity.updateIdentityUser.name,
  identity.deleteIdentityUser.name,
];

/** The project has done it, but tokens and keys go on unless Gaia knows. */
async function tell(
  { transport, log }: Pick<SupabaseDeps, "transport" | "log">,
  { contract, caller }: ForwardedCall,
  told: ReturnType<typeof describeIdentityCall>,
): Promise<void> {
  if (told === null) return;
  const gateway = { ...caller, principal: { kind: "service", name: "gateway" } } as const;
  try {
    await transport.call(accounts.tellOfIdentityCall, gateway, told);
  } catch (error) {
    if (mustBeTold.includes(contract.name)) throw error;
    const event = { service: "gateway", operation: contract.name, requestId: caller.requestId, err: error };
    log.warn(event, "what the Supabase project did is missing in the audit trail");
  }
}
