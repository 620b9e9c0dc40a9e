import type { AccountSession, AccountUser } from "@gaia/contracts";
import type { AccountDeps } from "./account-deps.ts";
import { refusedAs } from "./describe-failure.ts";
import type { ProviderSession } from "./provider-account.ts";
import { toAccountSession } from "./to-account-session.ts";

interface Answer {
  readonly user: AccountUser;
  readonly session: AccountSession;
}

/** A session that somebody has just got, with its user beside it; a refusal in the words of `describe`. */
export async function answerSession(
  { now }: Pick<AccountDeps, "now">,
  session: Promise<ProviderSession>,
  describe: Parameters<typeof refusedAs>[0],
): Promise<Answer> {
  const given = toAccountSession(await session.catch(refusedAs(describe)), now());
  return { user: given.user, session: given };
}
