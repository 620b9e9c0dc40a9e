import * as z from "zod";
import type { AuthDeps } from "../deps.ts";
import { changeAccount, findAccount } from "../identity/accounts/account-repository.ts";
import { findUser } from "../identity/accounts/account-to-user.ts";
import { confirmByMail } from "../identity/accounts/confirm-by-mail.ts";
import { mergeMetadata } from "../identity/accounts/merge-metadata.ts";
import { proveOwner } from "../identity/accounts/prove-owner.ts";
import { recoverAccount } from "../identity/accounts/recover-account.ts";
import { resendMail } from "../identity/accounts/resend-mail.ts";
import { resetPassword } from "../identity/accounts/reset-password.ts";
import { signUp } from "../identity/accounts/sign-up.ts";
import { updateOwnUser } from "../identity/accounts/update-own-user.ts";
import { ownAccountGone } from "../identity/identity-error.ts";
import { openProvider } from "../identity/open-provider.ts";
import { isStolen } from "../identity/sessions/answer-grant.ts";
import { endSessions } from "../identity/sessions/end-sessions.ts";
import { refreshSession } from "../identity/sessions/refresh-session.ts";
import { signIn } from "../identity/sessions/sign-in.ts";
import { readUserClaims } from "../tokens/verify-token.ts";
import type { AccountProvider, SessionOwner } from "./account-provider.ts";

/** Gaia's own identity provider, in this process. */
export function createOwnAccountProvider(
  deps: Pick<AuthDeps, "identity" | "now" | "tokenKeys" | "tokenIssuer">,
): AccountProvider {
  const provider = () => openProvider(deps.identity);
  return {
    async signUp(auditor, wish) {
      const answer = await signUp(await provider(), auditor, wish);
      return "access_token" in answer ? { user: answer.user, session: answer } : { user: answer, session: null };
    },
    signIn: async (auditor, credentials) => signIn(await provider(), auditor, credentials),
    async refresh(auditor, refreshToken) {
      const refreshed = await refreshSession(await provider(), auditor, { refreshToken });
      if (refreshed.state === "stolen") throw isStolen();
      return refreshed.session;
    },
    async signOut(auditor, accessToken) {
      const identity = await provider();
      const session = await findOwnSession(deps, accessToken);
      if (session === null) return;
      const { userId, sessionId } = session;
      const ending = { userId, which: { only: sessionId }, why: "signed_out", isByOwner: true } as const;
      await identity.kysely
        .transaction()
        .execute((transaction) => endSessions(transaction, { ...ending, auditor, now: deps.now() }));
    },
    confirm: async (auditor, mailed) => confirmByMail(await provider(), auditor, mailed),
    resend: async (auditor, email) => resendMail(await provider(), auditor, { type: "signup", email }),
    recover: async (auditor, input) => recoverAccount(await provider(), auditor, input),
    resetPassword: async (auditor, reset) => resetPassword(await provider(), auditor, reset),
    proveOwner: async ({ auditor }, password) => proveOwner(await provider(), auditor, { password }),
    async changePassword({ auditor }, password) {
      await updateOwnUser(await provider(), auditor, { password });
    },
    async findMetadata({ id }) {
      return (await findUser((await provider()).kysely, id))?.user_metadata ?? {};
    },
    async changeMetadata(transaction, { auditor }, changes) {
      const { userId } = auditor.principal;
      const account = await findAccount(transaction, userId);
      if (account === undefined) throw ownAccountGone();
      const merged = mergeMetadata(account.raw_user_meta_data, changes);
      const metadata = { raw_user_meta_data: JSON.stringify(merged), updated_at: deps.now() };
      await changeAccount(transaction, userId, metadata);
    },
    assertDeletes: () => undefined,
    async deleteUser(transaction, { auditor }: SessionOwner) {
      const { userId } = auditor.principal;
      const ending = { userId, which: "all", why: "account_deleted", auditor, now: deps.now() } as const;
      await endSessions(transaction, ending);
      await transaction.deleteFrom("auth.users").where("id", "=", userId).execute();
    },
  };
}

async function findOwnSession(
  deps: Pick<AuthDeps, "now" | "tokenKeys" | "tokenIssuer">,
  accessToken: string,
): Promise<{ readonly userId: string; readonly sessionId: string } | null> {
  const claims = await readUserClaims(deps, accessToken);
  const sessionId = z.guid().safeParse(claims?.session_id);
  if (claims === null || !claims.isOfKeySet || !sessionId.success) return null;
  return { userId: claims.sub, sessionId: sessionId.data };
}
