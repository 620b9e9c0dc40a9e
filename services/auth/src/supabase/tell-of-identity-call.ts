import type { accounts, InputOf } from "@gaia/contracts";
import type { Auditor, Tables } from "@gaia/db";
import type { Kysely } from "kysely";
import type { AuthDeps } from "../deps.ts";
import { auditAccount, type Change } from "../identity/audit-account.ts";
import { announceRevocation } from "../identity/sessions/end-sessions.ts";
import { readUserClaims } from "../tokens/verify-token.ts";
import { switchOffUser } from "../users/switch-off-user.ts";
import { auditProject, auditSessionToken, noteRequest } from "./audit-project.ts";
import { forgetSession } from "./forget-session.ts";
import { endTokens, setBan } from "./project-account-repository.ts";

type TellDeps = Pick<AuthDeps, "kysely" | "now" | "background" | "tokenKeys" | "tokenIssuer">;
type Call = InputOf<typeof accounts.tellOfIdentityCall>;
/** Most is about somebody whom the project named. */
type CallOn = Call & { readonly userId: string };

/** Does here what follows from what the project did: its clients called it through the gateway. */
export async function tellOfIdentityCall(deps: TellDeps, auditor: Auditor, call: Call): Promise<void> {
  const { operation, userId } = call;
  switch (operation) {
    case "auth.log-out":
      return signedOut(deps, auditor, call);
    case "auth.recover-account":
      if (call.email !== null) noteRequest(deps, auditor, { action: "user.recovery_requested", email: call.email });
      return undefined;
    case "auth.issue-session":
      return sessionGiven(deps, auditor, call);
    default:
      if (userId === null) return undefined;
      return tellOfAccount(deps, auditor, { ...call, userId });
  }
}

async function tellOfAccount(deps: TellDeps, auditor: Auditor, call: CallOn): Promise<void> {
  const { userId } = call;
  switch (call.operation) {
    case "auth.sign-up":
      if (call.isNew) await auditProject(deps, auditor, { action: "user.registered", userId });
      return sessionGiven(deps, auditor, { ...call, how: "password" });
    case "auth.verify-mailed-token":
    case "auth.verify-mailed-link":
      if (call.how === "signup") await auditProject(deps, auditor, { action: "user.confirmed", userId });
      return sessionGiven(deps, auditor, { ...call, how: "otp" });
    case "auth.create-identity-user":
      return auditProject(deps, auditor, { action: "user.registered", userId, isByOwner: false });
    case "auth.update-own-user":
    case "auth.update-identity-user":
      return changed(deps, auditor, call);
    case "auth.delete-identity-user":
      return deps.kysely.transaction().execute((transaction) => deleted(transaction, call, changeOf(deps, auditor)));
    default:
      return undefined;
  }
}

function changeOf({ now }: Pick<TellDeps, "now">, auditor: Auditor): Change {
  return { auditor, now: now() };
}

async function sessionGiven(deps: TellDeps, auditor: Auditor, { userId, accessToken, how }: Call): Promise<void> {
  if (userId === null || accessToken === null) return;
  const action = how === "refresh_token" ? "session.refreshed" : "session.started";
  const details = how === null || how === "refresh_token" ? {} : { details: { method: how } };
  await auditSessionToken(deps, auditor, { accessToken, userId, action, ...details });
}

/** Without a scope, supabase-js and the project mean all sessions. */
async function signedOut(deps: TellDeps, auditor: Auditor, { token, how }: Call): Promise<void> {
  if (token === null) return;
  if (how === "local") return forgetSession(deps, auditor, { token });
  const claims = await readUserClaims(deps, token);
  if (claims === null) return;
  const { sub: userId, session_id: sessionId = null } = claims;
  const keepSession = how === "others" ? sessionId : null;
  const change = changeOf(deps, auditor);
  await deps.kysely.transaction().execute(async (transaction) => {
    await endTokens(transaction, userId, { at: change.now, keepSession });
    const details = { why: "signed_out", which: how === "others" ? "others" : "all" };
    await auditAccount(transaction, change, { action: "session.ended", userId, isByOwner: true, details });
    await announceRevocation(transaction, { userId, sessionIds: null, ...change });
  });
}

async function changed(deps: TellDeps, auditor: Auditor, call: CallOn): Promise<void> {
  const { userId, fields, token } = call;
  const isByOwner = call.operation === "auth.update-own-user";
  const own = isByOwner && token !== null ? await readUserClaims(deps, token) : null;
  const change = changeOf(deps, auditor);
  await deps.kysely.transaction().execute(async (transaction) => {
    if (fields.includes("password")) {
      await endTokens(transaction, userId, { at: change.now, keepSession: own?.session_id ?? null });
      await auditAccount(transaction, change, { action: "user.password_changed", userId, isByOwner });
    }
    if (fields.includes("ban_duration")) await banned(transaction, call, change);
    const others = fields.filter((field) => field !== "password" && field !== "ban_duration");
    if (others.length > 0) {
      await auditAccount(transaction, change, {
        action: "user.changed",
        userId,
        isByOwner,
        details: { fields: others },
      });
    }
    await announceRevocation(transaction, { userId, sessionIds: null, ...change });
  });
}

async function banned(transaction: Kysely<Tables>, { userId, bannedUntil }: CallOn, change: Change): Promise<void> {
  const until = bannedUntil === null ? null : new Date(bannedUntil);
  const isBanned = until !== null && until > change.now;
  await setBan(transaction, userId, isBanned ? until : null);
  const entry = isBanned
    ? ({ action: "user.banned", userId, details: { banned_until: until.toISOString() } } as const)
    : ({ action: "user.unbanned", userId } as const);
  await auditAccount(transaction, change, entry);
}

async function deleted(transaction: Kysely<Tables>, { userId }: CallOn, change: Change): Promise<void> {
  await switchOffUser(transaction, userId);
  // Who was never seen here has no row that could be switched off.
  await endTokens(transaction, userId, { at: change.now, keepSession: null });
  await auditAccount(transaction, change, { action: "user.deleted", userId });
  await announceRevocation(transaction, { userId, sessionIds: null, ...change });
}
