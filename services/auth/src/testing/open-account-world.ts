import type { Principal } from "@gaia/contracts";
import type { AccountDeps } from "../accounts/account-deps.ts";
import type { SessionOwner } from "../accounts/account-provider.ts";
import { createOwnAccountProvider } from "../accounts/own-account-provider.ts";
import type { ProviderSession } from "../accounts/provider-account.ts";
import { createIdentityUser } from "../identity/administration/create-identity-user.ts";
import { issuerOf } from "../identity/identity-deps.ts";
import { createTokenKeys } from "../tokens/token-keys.ts";
import { verifyToken } from "../tokens/verify-token.ts";
import { openIdentityWorld, stranger } from "./open-identity-world.ts";

/** One database for a test file, with the routes for accounts over Gaia's own provider. */
export async function openAccountWorld() {
  const identity = await openIdentityWorld();

  const setup = async () => {
    for (const table of ["chat_messages", "kb_documents", "shared_resources", "teams", "workspaces"] as const) {
      await identity.kysely.deleteFrom(table).execute();
    }
    const world = await identity.setup();
    const { deps, kysely } = world;
    const authDeps = {
      ...world.authDeps,
      tokenKeys: createTokenKeys({ secret: undefined, supabaseUrl: undefined, own: deps.signingKeys.find }),
      tokenIssuer: issuerOf(deps.settings),
    };
    const provider = createOwnAccountProvider(authDeps);
    const accounts: AccountDeps = { kysely, now: deps.now, provider };

    const principalOf = async (token: string): Promise<Principal | null> =>
      (await verifyToken(authDeps, { token })).principal;

    const ownerOf = async ({ access_token: accessToken }: ProviderSession): Promise<SessionOwner> => {
      const principal = await principalOf(accessToken);
      if (principal?.kind !== "user") throw new Error("The session is over");
      return { auditor: { ...stranger, principal }, accessToken };
    };

    /** Somebody with an account and one session. */
    const member = async (email = "ada@example.test", password = "correct horse") => {
      const { id } = await createIdentityUser(deps, stranger, { email, password, email_confirm: true });
      const session = await provider.signIn(stranger, { email, password });
      return { id, email, password, session, owner: await ownerOf(session) };
    };

    return { ...world, authDeps, provider, accounts, principalOf, ownerOf, member };
  };

  return { setup };
}
