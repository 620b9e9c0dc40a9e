import {
  type Caller,
  type Contract,
  GaiaError,
  identity,
  isGaiaError,
  maximumTokenLength,
  type OutputOf,
} from "@gaia/contracts";
import type { Transport } from "@gaia/kit/transport/transport";
import { readCredentials } from "./read-credentials.ts";

type Refusal = OutputOf<typeof identity.explainRefusal>["refusal"];

// In the words of supabase/auth `internal/api/auth.go`.
const messages: Readonly<Record<Refusal, string>> = {
  bad_jwt: "invalid JWT: unable to parse or verify signature",
  user_not_found: "User from sub claim in JWT does not exist",
  user_banned: "User is banned",
  session_not_found: "Session from session_id claim in JWT does not exist",
};

interface RefusedRequest {
  readonly contract: Pick<Contract, "http">;
  readonly headers: Headers;
  readonly requestId: string;
  readonly error: unknown;
}

/**
 * The failure that a refused caller gets. Supabase's clients forget a session by the code for one that is over, so on
 * its routes a token gets that; everybody else gets one answer for all that is wrong.
 */
export async function explainRefusal(
  { transport }: { readonly transport: Transport },
  { contract, headers, requestId, error }: RefusedRequest,
): Promise<unknown> {
  const token = readCredentials(headers).bearer?.token?.reveal();
  const isAboutToken = isGaiaError(error) && error.code === "UNAUTHENTICATED" && token !== undefined;
  if (contract.http?.dialect !== "supabase" || !isAboutToken || token.length > maximumTokenLength) return error;
  const caller: Caller = { requestId, principal: { kind: "service", name: "gateway" } };
  const { refusal } = await transport.call(identity.explainRefusal, caller, { token });
  return new GaiaError("FORBIDDEN", messages[refusal], { reason: `identity.${refusal}` });
}
