import type { IdentityUser, Principal } from "@gaia/contracts";
import type { Auditor, Tables } from "@gaia/db";
import type { Kysely } from "kysely";
import * as z from "zod";
import { auditAccount, type Change } from "../audit-account.ts";
import type { IdentityDeps } from "../identity-deps.ts";
import { identityError, ownAccountGone } from "../identity-error.ts";
import { limitGuesses, limitMail } from "../limits.ts";
import { type Account, changeAccount, findAccount, findAccountByEmail } from "./account-repository.ts";
import { findUser } from "./account-to-user.ts";
import { changePassword } from "./change-password.ts";
import { readEmailAddress } from "./email-address.ts";
import { mergeMetadata } from "./merge-metadata.ts";
import { checkPassword, hashPassword, isPasswordRight } from "./password.ts";
import { requestEmailChange } from "./request-email-change.ts";

interface UpdateInput {
  readonly email?: string | undefined;
  readonly password?: string | null | undefined;
  readonly data?: Readonly<Record<string, unknown>> | null | undefined;
  readonly app_metadata?: unknown;
  readonly redirect_to?: string | undefined;
}

export type Owner = Extract<Principal, { readonly kind: "user" }>;

/** Source: supabase/auth `internal/api/user.go`, `UserUpdate`. A new password ends all other sessions. */
export async function updateOwnUser(
  deps: IdentityDeps,
  auditor: Auditor & { readonly principal: Owner },
  input: UpdateInput,
): Promise<IdentityUser> {
  const owner = auditor.principal;
  const account = await findAccount(deps.kysely, owner.userId);
  if (account === undefined) throw ownAccountGone();
  if (input.app_metadata) {
    throw identityError("FORBIDDEN", "not_admin", "Updating app_metadata requires admin privileges");
  }
  if (input.password) {
    checkPassword(deps.settings, input.password);
    // The answer tells whether it is the password already, and each takes a hash.
    await limitGuesses(deps.limits, "password", account.email ?? owner.userId);
  }
  const email = await readNewEmail(deps, account, input.email);
  const passwordHash = input.password ? await readNewPassword(deps, account, input.password) : undefined;
  const metadata = input.data ? mergeMetadata(account.raw_user_meta_data, input.data) : undefined;
  const changes = { owner, passwordHash, metadata, auditor, now: deps.now() };
  await deps.kysely.transaction().execute((transaction) => store(transaction, changes));
  if (email !== undefined) await requestEmailChange(deps, auditor, { account, email, redirectTo: input.redirect_to });
  const user = await findUser(deps.kysely, owner.userId);
  if (user === undefined) throw ownAccountGone();
  return user;
}

/** Limited before it is looked up, since the answer tells whether somebody has the address. */
async function readNewEmail(
  { kysely, limits }: Pick<IdentityDeps, "kysely" | "limits">,
  account: Account,
  wanted: string | undefined,
): Promise<string | undefined> {
  if (!wanted) return undefined;
  const email = readEmailAddress(wanted);
  if (email === account.email) return undefined;
  for (const key of [account.id, email]) await limitMail(limits, "email_change", key);
  if ((await findAccountByEmail(kysely, email)) === undefined) return email;
  const message = "A user with this email address has already been registered";
  throw identityError("INVALID_INPUT", "email_exists", message);
}

async function readNewPassword(
  { settings }: Pick<IdentityDeps, "settings">,
  account: Account,
  password: string,
): Promise<string> {
  if (account.encrypted_password && (await isPasswordRight(settings, password, account.encrypted_password))) {
    const message = "New password should be different from the old password.";
    throw identityError("INVALID_INPUT", "same_password", message);
  }
  return hashPassword(settings, password);
}

interface Changes extends Change {
  readonly owner: Owner;
  readonly passwordHash: string | undefined;
  readonly metadata: Readonly<Record<string, unknown>> | undefined;
}

async function store(transaction: Kysely<Tables>, changes: Changes): Promise<void> {
  const { owner, passwordHash, metadata, auditor, now } = changes;
  const { userId } = owner;
  if (passwordHash !== undefined) {
    await changePassword(transaction, { userId, passwordHash, keepSession: sessionOf(owner), auditor, now });
  }
  if (metadata === undefined) return;
  await changeAccount(transaction, userId, { raw_user_meta_data: JSON.stringify(metadata), updated_at: now });
  await auditAccount(transaction, changes, { action: "user.changed", userId, details: { fields: ["metadata"] } });
}

/** A token of the older shared secret may name a session that is none of ours. */
export function sessionOf({ sessionId }: Pick<Owner, "sessionId">): string | null {
  const session = z.guid().safeParse(sessionId);
  return session.success ? session.data : null;
}
