import { identity, type Principal, type Stream } from "@gaia/contracts";
import { type Binding, implement, implementStream, logOutcome } from "@gaia/kit/binding";
import type { Context } from "@gaia/kit/context";
import { jsonResponse } from "@gaia/kit/http/to-response";
import { findUser } from "./accounts/account-to-user.ts";
import { recoverAccount } from "./accounts/recover-account.ts";
import { resendMail } from "./accounts/resend-mail.ts";
import { signUp } from "./accounts/sign-up.ts";
import { updateOwnUser } from "./accounts/update-own-user.ts";
import { readUserId } from "./administration/administered-fields.ts";
import { createIdentityUser } from "./administration/create-identity-user.ts";
import { deleteIdentityUser } from "./administration/delete-identity-user.ts";
import { listIdentityUsers } from "./administration/list-identity-users.ts";
import { paginationHeaders } from "./administration/pagination-headers.ts";
import { updateIdentityUser } from "./administration/update-identity-user.ts";
import { describeSettings } from "./describe-settings.ts";
import type { IdentityDeps } from "./identity-deps.ts";
import { accountNotFound, ownAccountGone } from "./identity-error.ts";
import { openProvider } from "./open-provider.ts";
import { answerGrant } from "./sessions/answer-grant.ts";
import { logOut } from "./sessions/log-out.ts";
import { followMailedLink } from "./verification/follow-mailed-link.ts";
import { verifyMailedToken, waitingMessage } from "./verification/verify-mailed-token.ts";

type Provider = () => Promise<IdentityDeps>;

/** Supabase Auth's REST API, as far as supabase-js needs it for accounts with passwords. */
export function identityHandlers(deps: IdentityDeps | null): Binding[] {
  const provider = () => openProvider(deps);
  return [...publicHandlers(provider), ...ownHandlers(provider), ...administrationHandlers(provider)];
}

function publicHandlers(provider: Provider): Binding[] {
  return [
    implement(identity.signUp, async (context, input) => signUp(await provider(), context, input)),
    implementStream(identity.issueSession, (context, input) =>
      told(identity.issueSession, context, async () => answerGrant(await provider(), context, input)),
    ),
    implement(identity.recoverAccount, async (context, input) => {
      await recoverAccount(await provider(), context, input);
      return {};
    }),
    implement(identity.resendMail, async (context, input) => {
      await resendMail(await provider(), context, input);
      return {};
    }),
    implementStream(identity.verifyMailedLink, (context, input) =>
      told(identity.verifyMailedLink, context, async () => {
        const location = await followMailedLink(await provider(), context, input);
        return new Response(null, { status: 303, headers: { location, "cache-control": "no-store" } });
      }),
    ),
    implement(identity.verifyMailedToken, async (context, input) => {
      const verified = await verifyMailedToken(await provider(), context, input);
      return verified.state === "signed-in" ? verified.session : { msg: waitingMessage, code: "200" };
    }),
    implement(identity.identitySettings, async () => describeSettings((await provider()).settings)),
    implement(identity.identityKeySet, async () => ({ keys: await (await provider()).signingKeys.published() })),
    implement(identity.identityHealth, async () => {
      const { settings } = await provider();
      return { version: settings.version, name: "Gaia", description: "Gaia answers for Supabase Auth here" };
    }),
  ];
}

function ownHandlers(provider: Provider): Binding[] {
  return [
    implement(identity.getOwnUser, async (context) => {
      const { kysely } = await provider();
      const user = await findUser(kysely, ownerOf(context).userId);
      if (user === undefined) throw ownAccountGone();
      return user;
    }),
    implement(identity.updateOwnUser, async (context, input) =>
      updateOwnUser(await provider(), { ...context, principal: ownerOf(context) }, input),
    ),
    implementStream(identity.logOut, (context, { scope }) =>
      told(identity.logOut, context, async () => {
        await logOut(await provider(), { ...context, principal: ownerOf(context) }, { scope });
        return new Response(null, { status: 204 });
      }),
    ),
  ];
}

function administrationHandlers(provider: Provider): Binding[] {
  return [
    implement(identity.createIdentityUser, async (context, input) =>
      createIdentityUser(await provider(), context, input),
    ),
    implementStream(identity.listIdentityUsers, (context, input) =>
      told(identity.listIdentityUsers, context, async () => {
        const page = await listIdentityUsers(await provider(), input);
        const response = jsonResponse({ users: page.users, aud: "authenticated" });
        const headers = paginationHeaders(identity.listIdentityUsers.http.path, page);
        for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
        return response;
      }),
    ),
    implement(identity.getIdentityUser, async (_context, { user_id }) => {
      const { kysely } = await provider();
      const user = await findUser(kysely, readUserId(user_id));
      if (user === undefined) throw accountNotFound();
      return user;
    }),
    implement(identity.updateIdentityUser, async (context, input) =>
      updateIdentityUser(await provider(), context, input),
    ),
    implement(identity.deleteIdentityUser, async (context, input) => {
      await deleteIdentityUser(await provider(), context, input);
      return {};
    }),
  ];
}

/** A service may call these routes, but has no account. */
function ownerOf({ principal }: Context): Extract<Principal, { readonly kind: "user" }> {
  if (principal.kind === "user") return principal;
  throw ownAccountGone();
}

/** Failures are told where they are rendered. */
async function told(contract: Stream, context: Context, answer: () => Promise<Response>): Promise<Response> {
  const started = performance.now();
  const response = await answer();
  logOutcome(context.log, { contract, caller: context, started, fields: { status: response.status } });
  return response;
}
