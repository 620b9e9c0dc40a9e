import type { IdentitySession } from "@gaia/contracts";
import type { Auditor } from "@gaia/db";
import type { IdentityDeps } from "../identity-deps.ts";
import { describeSession } from "../sessions/describe-session.ts";
import { startSession } from "../sessions/start-session.ts";
import { acceptMailedToken, type MailedProof } from "./accept-mailed-token.ts";

export type Verified =
  | { readonly state: "signed-in"; readonly session: IdentitySession }
  /** One of two addresses has agreed to a change. */
  | { readonly state: "waiting" };

export const waitingMessage = "Confirmation link accepted. Please proceed to confirm link sent to the other email";

/** Signs in with what was mailed, once. */
export async function verifyMailedToken(deps: IdentityDeps, auditor: Auditor, proof: MailedProof): Promise<Verified> {
  const accepted = await acceptMailedToken(deps, auditor, proof, (transaction, account, change) =>
    startSession(transaction, account, { method: "otp", ...change }),
  );
  if (accepted.state === "waiting") return accepted;
  return { state: "signed-in", session: await describeSession(deps, accepted.value) };
}
