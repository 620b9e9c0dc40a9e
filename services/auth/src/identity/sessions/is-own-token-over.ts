import * as z from "zod";
import { isUserBanned } from "../accounts/is-user-banned.ts";
import type { IdentityDeps } from "../identity-deps.ts";
import { isSessionLive } from "./session-repository.ts";

interface TokenFacts {
  readonly userId: string;
  readonly sessionId: string | undefined;
  /** Where Gaia keeps the accounts, the key set is its own. */
  readonly isOfKeySet: boolean;
}

/**
 * Whether a token lets nobody in where Gaia keeps the accounts: one of ours whose session has ended, or any of somebody
 * whose account is banned or deleted.
 */
export async function isOwnTokenOver(deps: IdentityDeps | null, token: TokenFacts): Promise<boolean> {
  if (deps === null) return false;
  if (!token.isOfKeySet) return isUserBanned(deps, token.userId);
  const id = z.guid().safeParse(token.sessionId);
  if (!id.success) return true;
  return !(await isSessionLive(deps.kysely, { id: id.data, userId: token.userId, now: deps.now() }));
}
