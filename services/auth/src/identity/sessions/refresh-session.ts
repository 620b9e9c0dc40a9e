import type { GaiaError, IdentitySession } from "@gaia/contracts";
import type { Auditor, Tables } from "@gaia/db";
import type { Kysely } from "kysely";
import { findAccount } from "../accounts/account-repository.ts";
import { isBanned } from "../accounts/is-banned.ts";
import { auditAccount, type Change } from "../audit-account.ts";
import type { IdentityDeps } from "../identity-deps.ts";
import { identityError, invalidRequest } from "../identity-error.ts";
import { describeSession } from "./describe-session.ts";
import { endSessions } from "./end-sessions.ts";
import { noteRefusal } from "./note-refusal.ts";
import { parseRefreshToken, type RefreshTokenClaim } from "./refresh-token.ts";
import { lockSession, placeOf, type SessionRow } from "./session-repository.ts";

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
  | { readonly state: "stolen" }
  | { readonly state: "refused"; readonly userId: string; readonly error: GaiaError };

/**
 * Rotates a refresh token. One that is exactly one behind ("the client did not save the last answer") or comes within
 * the reuse interval ("several tabs at once") gets the current token, and nothing moves. Source: supabase/auth
 * `internal/tokens/service.go`, `RefreshTokenGrant`.
 */
export async function refreshSession(
  deps: Pick<IdentityDeps, "kysely" | "log" | "background" | "now" | "signingKeys" | "settings">,
  auditor: Auditor,
  { refreshToken }: { readonly refreshToken: string | undefined },
): Promise<Refreshed> {
  if (!refreshToken) throw invalidRequest("refresh_token required");
  const claim = parseRefreshToken(refreshToken);
  if (claim === undefined) throw notFound();
  const change = { auditor, now: deps.now() };
  const step = await deps.kysely
    .transaction()
    .execute((transaction) => takeStep(transaction, { claim, change, settings: deps.settings }));
  if (step.state === "refused") {
    const reason = step.error.reason?.replace(/^identity\./, "") ?? "";
    noteRefusal(deps, auditor, { of: { userId: step.userId }, reason });
    throw step.error;
  }
  if (step.state === "stolen") {
    deps.log.warn({ service: "auth", sessionId: claim.sessionId }, "an old refresh token came again: session ended");
    return step;
  }
  const session = await describeSession(deps, step.row);
  return step.state === "rotated" ? { state: "rotated", session } : { state: "reused", session, causes: step.causes };
}

interface Refreshing {
  readonly claim: RefreshTokenClaim;
  readonly change: Change;
  readonly settings: Pick<IdentityDeps["settings"], "reuseIntervalSeconds">;
}

async function takeStep(transaction: Kysely<Tables>, { claim, change, settings }: Refreshing): Promise<Step> {
  const time = change.now;
  const row = await lockSession(transaction, claim.sessionId);
  if (row === undefined || row.refresh_token_hmac_key === null || !claim.isSignedBy(row.refresh_token_hmac_key)) {
    throw notFound();
  }
  const error = await findRefusal(transaction, row, time);
  if (error !== undefined) return { state: "refused", userId: row.user_id, error };
  const behind = Number(row.refresh_token_counter ?? 0) - claim.counter;
  if (behind < 0) throw invalidRequest("Invalid Refresh Token: Not Issued By This Server");
  if (behind === 0) return { state: "rotated", row: await countUp(transaction, row, change) };
  const causes = causesOfReuse(row, { behind, time, intervalMs: settings.reuseIntervalSeconds * 1000 });
  if (causes.length > 0) return { state: "reused", row, causes };
  const { user_id: userId, id: sessionId } = row;
  await auditAccount(transaction, change, { action: "session.reuse_detected", userId, sessionId });
  await endSessions(transaction, { userId, which: { only: sessionId }, why: "reuse_detected", ...change });
  return { state: "stolen" };
}

async function findRefusal(
  transaction: Kysely<Tables>,
  session: SessionRow,
  now: Date,
): Promise<GaiaError | undefined> {
  const account = await findAccount(transaction, session.user_id);
  if (account === undefined || isBanned(account, now)) {
    return identityError("BAD_REQUEST", "user_banned", "Invalid Refresh Token: User Banned");
  }
  if (session.not_after === null || session.not_after > now) return undefined;
  return identityError("BAD_REQUEST", "session_expired", "Invalid Refresh Token: Session Expired");
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

async function countUp(transaction: Kysely<Tables>, row: SessionRow, change: Change): Promise<SessionRow> {
  const { auditor, now } = change;
  const counter = String(Number(row.refresh_token_counter ?? 0) + 1);
  const entry = { action: "session.refreshed", userId: row.user_id, sessionId: row.id, isByOwner: true } as const;
  await auditAccount(transaction, change, entry);
  return transaction
    .updateTable("auth.sessions")
    .set({ refresh_token_counter: counter, refreshed_at: now, updated_at: now, ...placeOf(auditor.client) })
    .where("id", "=", row.id)
    .returningAll()
    .executeTakeFirstOrThrow();
}

function notFound(): Error {
  return identityError("BAD_REQUEST", "refresh_token_not_found", "Invalid Refresh Token: Refresh Token Not Found");
}
