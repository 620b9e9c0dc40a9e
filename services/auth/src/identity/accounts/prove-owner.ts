import type { Auditor } from "@gaia/db";
import type { IdentityDeps } from "../identity-deps.ts";
import { identityError, ownAccountGone } from "../identity-error.ts";
import { limitGuesses } from "../limits.ts";
import { noteRefusal } from "../sessions/note-refusal.ts";
import { startedByMailAt } from "../sessions/session-repository.ts";
import { findAccount } from "./account-repository.ts";
import { isPasswordRight } from "./password.ts";
import { type Owner, sessionOf } from "./update-own-user.ts";

/** Milliseconds in which a session that a mailed link opened does for a password that was forgotten. */
const freshMs = 600_000;

/** Makes sure that it is the owner who sits before the screen: a session alone may be another's by now. */
export async function proveOwner(
  deps: Omit<IdentityDeps, "mailer">,
  auditor: Auditor & { readonly principal: Owner },
  { password }: { readonly password: string | null | undefined },
): Promise<void> {
  const { userId } = auditor.principal;
  if (!password) {
    if (await hasJustComeByMail(deps, auditor.principal)) return;
    throw identityError("BAD_REQUEST", "current_password_required", "The current password is required");
  }
  const account = await findAccount(deps.kysely, userId);
  if (account === undefined) throw ownAccountGone();
  await limitGuesses(deps.limits, "password", account.email ?? userId);
  if (await isPasswordRight(deps.settings, password, account.encrypted_password)) return;
  noteRefusal(deps, auditor, { of: { userId }, reason: "current_password_wrong" });
  throw identityError("BAD_REQUEST", "current_password_wrong", "The current password is wrong");
}

async function hasJustComeByMail(
  { kysely, now }: Pick<IdentityDeps, "kysely" | "now">,
  owner: Owner,
): Promise<boolean> {
  const id = sessionOf(owner);
  const startedAt = id === null ? null : await startedByMailAt(kysely, { id, userId: owner.userId });
  return startedAt !== null && now().getTime() - startedAt.getTime() < freshMs;
}
