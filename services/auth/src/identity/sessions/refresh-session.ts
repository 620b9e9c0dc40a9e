import type { IdentitySession } from "@gaia/contracts";
import type { Tables } from "@gaia/db";
import type { Kysely } from "kysely";
import { findAccount } from "../accounts/account-repository.ts";
import { isBanned } from "../accounts/is-banned.ts";
import type { IdentityDeps } from "../identity-deps.ts";
import { identityError, invalidRequest } from "../identity-error.ts";
import { describeSession } from "./describe-session.ts";
import { endSessions } from "./end-sessions.ts";
import { parseRefreshToken, type RefreshTokenClaim } from "./refresh-token.ts";
import { lockSession, type SessionRow } from "./session-repository.ts";

/** Why a token that is not the current one was good all the same, as Supabase's headers name it. */
type ReuseCause = "concurrent-refresh" | "fail-to-save";

export type Refreshed =
  | { readonly state: "rotated"; readonly session: IdentitySession }
  | { readonly state: "reused"; readonly session: IdentitySession; readonly causes: readonly ReuseCause[] }
  /** A token that was used long ago came again, so that two people have it: the session is over for both. */
  | { readonly state: "stolen" };

type Step =
  | { readonly state: "rotated"; readonly row: SessionRow }
  | { readonly state: "reused"; readonly row: SessionRow; readonly causes: readonly ReuseCause[] }
  | { readonly state: "stolen" };

/**
 * Rotates a refresh token. One that is exactly one behind ("the client did not save the last answer") or comes within
 * the reuse interval ("several tabs at once") gets the current token, and nothing moves. Source: supabase/auth
 * `internal/tokens/service.go`, `RefreshTokenGrant`.
 */
export async function refreshSession(
  deps: Pick<IdentityDeps, "kysely" | "log" | "now" | "signingKeys" | "settings">,
  { refreshToken }: { readonly refreshToken: string | undefined },
): Promise<Refreshed> {
  if (!refreshToken) throw invalidRequest("refresh_token required");
  const claim = parseRefreshToken(refreshToken);
  if (claim === undefined) throw notFound();
  const step = await deps.kysely.transaction().execute((transaction) => takeStep(transaction, deps, claim));
  if (step.state === "stolen") {
    deps.log.warn({ service: "auth", sessionId: claim.sessionId }, "an old refresh token came again: session ended");
    return step;
  }
  const session = await describeSession(deps, step.row);
  return step.state === "rotated" ? { state: "rotated", session } : { state: "reused", session, causes: step.causes };
}

async function takeStep(
  transaction: Kysely<Tables>,
  { now, settings }: Pick<IdentityDeps, "now" | "settings">,
  claim: RefreshTokenClaim,
): Promise<Step> {
  const time = now();
  const row = await lockSession(transaction, claim.sessionId);
  if (row === undefined || row.refresh_token_hmac_key === null || !claim.isSignedBy(row.refresh_token_hmac_key)) {
    throw notFound();
  }
  const account = await findAccount(transaction, row.user_id);
  if (account === undefined || isBanned(account, time)) {
    throw identityError("BAD_REQUEST", "user_banned", "Invalid Refresh Token: User Banned");
  }
  if (row.not_after !== null && row.not_after <= time) {
    throw identityError("BAD_REQUEST", "session_expired", "Invalid Refresh Token: Session Expired");
  }
  const behind = Number(row.refresh_token_counter ?? 0) - claim.counter;
  if (behind < 0) throw invalidRequest("Invalid Refresh Token: Not Issued By This Server");
  if (behind === 0) return { state: "rotated", row: await countUp(transaction, row, time) };
  const causes = causesOfReuse(row, { behind, time, intervalMs: settings.reuseIntervalSeconds * 1000 });
  if (causes.length > 0) return { state: "reused", row, causes };
  await endSessions(transaction, { userId: row.user_id, which: { only: row.id }, now: time });
  return { state: "stolen" };
}

function causesOfReuse(
  row: SessionRow,
  { behind, time, intervalMs }: { readonly behind: number; readonly time: Date; readonly intervalMs: number },
): ReuseCause[] {
  const last = row.refreshed_at ?? row.created_at ?? new Date(0);
  const isConcurrent = Math.abs(time.getTime() - last.getTime()) < intervalMs;
  return [
    ...(isConcurrent ? (["concurrent-refresh"] as const) : []),
    ...(behind === 1 ? (["fail-to-save"] as const) : []),
  ];
}

async function countUp(transaction: Kysely<Tables>, row: SessionRow, time: Date): Promise<SessionRow> {
  const counter = String(Number(row.refresh_token_counter ?? 0) + 1);
  return transaction
    .updateTable("auth.sessions")
    .set({ refresh_token_counter: counter, refreshed_at: time, updated_at: time })
    .where("id", "=", row.id)
    .returningAll()
    .executeTakeFirstOrThrow();
}

function notFound(): Error {
  return identityError("BAD_REQUEST", "refresh_token_not_found", "Invalid Refresh Token: Refresh Token Not Found");
}
