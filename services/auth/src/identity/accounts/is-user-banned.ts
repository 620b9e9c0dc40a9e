import type { IdentityDeps } from "../identity-deps.ts";
import { findAccount } from "./account-repository.ts";
import { isBanned } from "./is-banned.ts";

/** Whether a user's account is banned for now or deleted; who has no account is not. */
export async function isUserBanned(deps: IdentityDeps | null, userId: string): Promise<boolean> {
  if (deps === null || !(await deps.hasOwnSchema())) return false;
  const account = await findAccount(deps.kysely, userId);
  return account !== undefined && isBanned(account, deps.now());
}
