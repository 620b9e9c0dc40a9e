import { accounts } from "@gaia/contracts";
import { type Binding, implement } from "@gaia/kit/binding";
import type { Context } from "@gaia/kit/context";
import type { AuthDeps } from "../deps.ts";
import { ownAccountGone } from "../identity/identity-error.ts";
import { createSupabaseAccountProvider } from "../supabase/supabase-account-provider.ts";
import { tellOfIdentityCall } from "../supabase/tell-of-identity-call.ts";
import type { AccountDeps } from "./account-deps.ts";
import type { SessionOwner } from "./account-provider.ts";
import { answerSession } from "./answer-session.ts";
import { changePassword } from "./change-password.ts";
import { confirmEmail } from "./confirm-email.ts";
import {
  describeLogin,
  describeLogout,
  describeRecovery,
  describeRefresh,
  describeResending,
  describeReset,
  refusedAs,
} from "./describe-failure.ts";
import { eraseAccount } from "./erase-account.ts";
import { getProfile } from "./get-profile.ts";
import { createOwnAccountProvider } from "./own-account-provider.ts";
import { register } from "./register.ts";
import { updateProfile } from "./update-profile.ts";

/** The routes for accounts, the original's and ours, over whichever provider keeps them. */
export function accountHandlers(deps: AuthDeps): Binding[] {
  const { kysely, now, supabase } = deps;
  const provider = supabase === null ? createOwnAccountProvider(deps) : createSupabaseAccountProvider(deps, supabase);
  return [
    ...publicHandlers({ kysely, now, provider }),
    ...ownHandlers({ kysely, now, provider }),
    implement(accounts.tellOfIdentityCall, async (context, input) => {
      await tellOfIdentityCall(deps, context, input);
      return {};
    }),
  ];
}

function publicHandlers(deps: AccountDeps): Binding[] {
  const { provider } = deps;
  return [
    implement(accounts.register, (context, input) => register(deps, context, input)),
    implement(accounts.login, (context, input) => answerSession(deps, provider.signIn(context, input), describeLogin)),
    implement(accounts.refresh, (context, { refresh_token }) =>
      answerSession(deps, provider.refresh(context, refresh_token), describeRefresh),
    ),
    implement(accounts.logout, async (context, { access_token }) => {
      if (access_token) await provider.signOut(context, access_token).catch(refusedAs(describeLogout));
      return { message: "Logged out successfully" };
    }),
    implement(accounts.confirm, (context, input) => confirmEmail(deps, context, input)),
    implement(accounts.resendVerification, async (context, { email }) => {
      await provider.resend(context, email).catch(refusedAs(describeResending));
      return {
        message: `Verification email sent to ${email}`,
        result: { user: null, session: null, message_id: null },
      };
    }),
    implement(accounts.forgotPassword, async (context, input) => {
      await provider.recover(context, input).catch(refusedAs(describeRecovery));
      return { message: "If the address has an account, a mail is on its way" };
    }),
    implement(accounts.resetPassword, (context, input) =>
      answerSession(deps, provider.resetPassword(context, input), describeReset),
    ),
  ];
}

function ownHandlers(deps: AccountDeps): Binding[] {
  return [
    implement(accounts.changePassword, (context, input) => changePassword(deps, ownerOf(context, input), input)),
    implement(accounts.getProfile, ({ principal }, { access_token }) =>
      getProfile(deps, principal, access_token ?? null),
    ),
    implement(accounts.updateProfile, (context, input) => updateProfile(deps, ownerOf(context, input), input)),
    implement(accounts.eraseAccount, async (context, input) => {
      await eraseAccount(deps, ownerOf(context, input), input);
      return undefined;
    }),
  ];
}

/** A service may call these routes, but has no account. */
function ownerOf(context: Context, input: { readonly access_token?: string | null | undefined }): SessionOwner {
  const { principal, client, requestId } = context;
  if (principal.kind !== "user") throw ownAccountGone();
  return {
    auditor: { principal, requestId, ...(client === undefined ? {} : { client }) },
    accessToken: input.access_token ?? null,
  };
}
