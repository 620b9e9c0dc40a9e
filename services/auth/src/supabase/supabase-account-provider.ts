import { GaiaError, isGaiaError } from "@gaia/contracts";
import type { Auditor } from "@gaia/db";
import { decodeJwt } from "jose";
import * as z from "zod";
import type { AccountProvider, Reset, SessionOwner } from "../accounts/account-provider.ts";
import { ProviderSession, ProviderUser } from "../accounts/provider-account.ts";
import type { AuthDeps } from "../deps.ts";
import { identityError } from "../identity/identity-error.ts";
import { limitGuesses } from "../identity/limits.ts";
import { isLinkToken } from "../identity/verification/mailed-token.ts";
import { auditProject, auditSession, noteRequest } from "./audit-project.ts";
import { forgetSession } from "./forget-session.ts";
import { passwordChanged } from "./password-changed.ts";
import type { SupabaseAuth } from "./supabase-auth.ts";

type ProjectDeps = Pick<AuthDeps, "kysely" | "now" | "background" | "tokenKeys" | "tokenIssuer" | "limits">;

const Anything = z.unknown();
/** As Supabase's own clients send it. */
const noCaptcha = { gotrue_meta_security: { captcha_token: null } };

/** Seconds in which a session that a mailed link opened does for a password that was forgotten. */
const freshSeconds = 600;
const Methods = z.array(z.object({ method: z.string(), timestamp: z.number() }));
const mailedMethods = ["otp", "recovery", "magiclink"];

/** A Supabase project, over its REST API. */
export function createSupabaseAccountProvider(deps: ProjectDeps, supabase: SupabaseAuth): AccountProvider {
  return { ...sessionsOf(deps, supabase), ...mailsOf(deps, supabase), ...ownersOf(deps, supabase) };
}

function sessionsOf(
  deps: ProjectDeps,
  supabase: SupabaseAuth,
): Pick<AccountProvider, "signUp" | "signIn" | "refresh" | "signOut"> {
  return {
    async signUp(auditor, { email, password, data, redirect_to }) {
      const body = { email, password, data: data ?? {}, ...noCaptcha };
      const query = redirect_to === undefined ? {} : { redirect_to };
      const request = { method: "POST", path: "/signup", query, body, as: "nobody" } as const;
      const answer = await supabase.call(request, z.union([ProviderSession, ProviderUser]));
      const session = "access_token" in answer ? answer : null;
      const user = "access_token" in answer ? answer.user : answer;
      // Without identities it is the answer to an address that has an account, and its id is invented.
      const isNew = user.identities?.length !== 0;
      if (isNew) await auditProject(deps, auditor, { action: "user.registered", userId: user.id });
      if (session !== null) await auditSession(deps, auditor, { session, ...startedBy("password") });
      return { user, session };
    },
    async signIn(auditor, { email, password }) {
      await limitGuesses(deps.limits, "password", email.trim().toLowerCase());
      const body = { email, password, data: {}, ...noCaptcha };
      const session = await takeSession(supabase, "password", body).catch((error: unknown) => {
        const reason = isGaiaError(error) && error.status < 500 ? (error.reason ?? "identity.refused") : null;
        const details = { reason: reason?.replace(/^identity\./, "") };
        if (reason !== null) noteRequest(deps, auditor, { action: "session.refused", email, details });
        throw error;
      });
      await auditSession(deps, auditor, { session, ...startedBy("password") });
      return session;
    },
    async refresh(auditor, refreshToken) {
      const session = await takeSession(supabase, "refresh_token", { refresh_token: refreshToken });
      await auditSession(deps, auditor, { session, action: "session.refreshed" });
      return session;
    },
    async signOut(auditor, accessToken) {
      const request = {
        method: "POST",
        path: "/logout",
        query: { scope: "local" },
        as: { token: accessToken },
      } as const;
      await supabase.call(request, Anything).catch((error: unknown) => {
        // A token that is none, or whose session is over, has nothing left to end.
        if (!isGaiaError(error) || !["UNAUTHENTICATED", "FORBIDDEN", "NOT_FOUND"].includes(error.code)) throw error;
      });
      await forgetSession(deps, auditor, { token: accessToken });
    },
  };
}

function mailsOf(
  deps: ProjectDeps,
  supabase: SupabaseAuth,
): Pick<AccountProvider, "confirm" | "resend" | "recover" | "resetPassword"> {
  return {
    async confirm(auditor, { email, token }) {
      const proof = isLinkToken(token) ? { token_hash: token } : { email, token };
      const request = { method: "POST", path: "/verify", body: { type: "signup", ...proof }, as: "nobody" } as const;
      const { user } = await supabase.call(request, ProviderSession);
      await auditProject(deps, auditor, { action: "user.confirmed", userId: user.id });
      return user;
    },
    async resend(_auditor, email) {
      const body = { type: "signup", email, ...noCaptcha };
      await supabase.call({ method: "POST", path: "/resend", body, as: "nobody" }, Anything);
    },
    async recover(auditor, { email, redirect_to }) {
      const query = redirect_to === undefined ? {} : { redirect_to };
      const request = { method: "POST", path: "/recover", query, body: { email, ...noCaptcha }, as: "nobody" } as const;
      await supabase.call(request, Anything);
      noteRequest(deps, auditor, { action: "user.recovery_requested", email });
    },
    resetPassword: (auditor, reset) => resetPassword(deps, supabase, { auditor, reset }),
  };
}

/** Its mail is used up when Supabase does not like the password then; it has no way to ask before. */
async function resetPassword(
  deps: ProjectDeps,
  supabase: SupabaseAuth,
  { auditor, reset }: { readonly auditor: Auditor; readonly reset: Reset },
): Promise<ProviderSession> {
  const { email, token, token_hash = email === undefined ? token : undefined, password } = reset;
  const proof = token_hash === undefined ? { email, token } : { token_hash };
  const request = { method: "POST", path: "/verify", body: { type: "recovery", ...proof }, as: "nobody" } as const;
  const session = await supabase.call(request, ProviderSession);
  const as = { token: session.access_token };
  const user = await supabase.call({ method: "PUT", path: "/user", body: { password }, as }, ProviderUser);
  await passwordChanged(deps, auditor, { userId: user.id, keepSession: null });
  await auditSession(deps, auditor, { session, ...startedBy("otp") });
  return { ...session, user };
}

function ownersOf(
  deps: ProjectDeps,
  supabase: SupabaseAuth,
): Pick<
  AccountProvider,
  "proveOwner" | "changePassword" | "findMetadata" | "changeMetadata" | "assertDeletes" | "deleteUser"
> {
  return {
    proveOwner: (owner, password) => proveOwner(deps, supabase, { owner, password }),
    async changePassword(owner, password) {
      await supabase.call({ method: "PUT", path: "/user", body: { password }, as: ownToken(owner) }, ProviderUser);
      const { userId, sessionId } = owner.auditor.principal;
      await passwordChanged(deps, owner.auditor, { userId, keepSession: sessionId });
    },
    async findMetadata({ id, accessToken }) {
      if (accessToken === null && !supabase.hasServiceKey) return null;
      const request =
        accessToken === null
          ? ({ method: "GET", path: `/admin/users/${id}`, as: "service" } as const)
          : ({ method: "GET", path: "/user", as: { token: accessToken } } as const);
      return supabase.call(request, ProviderUser).then(
        ({ user_metadata }) => user_metadata ?? {},
        (error: unknown) => {
          if (isGaiaError(error)) return null;
          throw error;
        },
      );
    },
    async changeMetadata(_transaction, owner, changes) {
      await supabase.call({ method: "PUT", path: "/user", body: { data: changes }, as: ownToken(owner) }, ProviderUser);
    },
    assertDeletes() {
      if (supabase.hasServiceKey) return;
      throw new GaiaError("NOT_IMPLEMENTED", "Accounts are kept by the Supabase project: set SUPABASE_SERVICE_KEY", {
        reason: "identity.key_missing",
      });
    },
    async deleteUser(_transaction, { auditor }) {
      const path = `/admin/users/${auditor.principal.userId}` as const;
      await supabase.call({ method: "DELETE", path, as: "service" }, Anything).catch((error: unknown) => {
        // Deleted before, when what follows here failed.
        if (!isGaiaError(error) || error.code !== "NOT_FOUND") throw error;
      });
    },
  };
}

async function proveOwner(
  deps: ProjectDeps,
  supabase: SupabaseAuth,
  { owner, password }: { readonly owner: SessionOwner; readonly password: string | null | undefined },
): Promise<void> {
  const as = ownToken(owner);
  if (!password) {
    if (hasJustComeByMail(as.token, deps.now())) return;
    throw identityError("BAD_REQUEST", "current_password_required", "The current password is required");
  }
  const { email } = await supabase.call({ method: "GET", path: "/user", as }, ProviderUser);
  await limitGuesses(deps.limits, "password", email ?? owner.auditor.principal.userId);
  await takeSession(supabase, "password", { email, password, ...noCaptcha }).catch((error: unknown) => {
    if (!isGaiaError(error) || error.code !== "BAD_REQUEST") throw error;
    throw identityError("BAD_REQUEST", "current_password_wrong", "The current password is wrong");
  });
}

/** The gateway has verified the token already: the principal is from it. */
function hasJustComeByMail(token: string, now: Date): boolean {
  const methods = Methods.safeParse(decodeJwt(token)["amr"]).data ?? [];
  const since = now.getTime() / 1000 - freshSeconds;
  return methods.some(({ method, timestamp }) => mailedMethods.includes(method) && timestamp > since);
}

function takeSession(supabase: SupabaseAuth, grant: string, body: object): Promise<ProviderSession> {
  const request = { method: "POST", path: "/token", query: { grant_type: grant }, body, as: "nobody" } as const;
  return supabase.call(request, ProviderSession);
}

function startedBy(method: "password" | "otp") {
  return { action: "session.started", details: { method } } as const;
}

function ownToken({ accessToken }: SessionOwner): { readonly token: string } {
  if (accessToken !== null) return { token: accessToken };
  throw identityError("FORBIDDEN", "bad_jwt", "A session of the Supabase project is needed");
}
