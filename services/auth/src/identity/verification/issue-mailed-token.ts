import { randomUUID } from "node:crypto";
import type { Tables } from "@gaia/db";
import type { Kysely } from "kysely";
import { type AccountChanges, changeAccount } from "../accounts/account-repository.ts";
import type { IdentitySettings } from "../identity-deps.ts";
import type { AccountMailKind, Mail } from "../../mail/mailer.ts";
import { writeMail } from "../../mail/write-mail.ts";
import { chooseRedirect } from "./choose-redirect.ts";
import { createCode, createLinkToken, hashCode, hashLinkToken } from "./mailed-token.ts";

export type TokenType =
  | "confirmation_token"
  | "recovery_token"
  | "email_change_token_current"
  | "email_change_token_new";

interface Issue {
  readonly userId: string;
  readonly type: TokenType;
  readonly to: string;
  readonly redirectTo: string | undefined;
  readonly now: Date;
}

const kindsByType: Readonly<Record<TokenType, AccountMailKind>> = {
  confirmation_token: "signup",
  recovery_token: "recovery",
  email_change_token_current: "email_change",
  email_change_token_new: "email_change",
};

/** Stores the hashes of a new link and code, in place of older ones of the same type, and writes the mail with both. */
export async function issueMailedToken(
  transaction: Kysely<Tables>,
  settings: IdentitySettings,
  { userId, type, to, redirectTo, now }: Issue,
): Promise<Mail> {
  const token = createLinkToken();
  const code = createCode();
  await transaction
    .deleteFrom("auth.one_time_tokens")
    .where("user_id", "=", userId)
    .where("token_type", "=", type)
    .execute();
  await transaction
    .insertInto("auth.one_time_tokens")
    .values({
      id: randomUUID(),
      user_id: userId,
      token_type: type,
      token_hash: hashLinkToken(token),
      relates_to: to,
      created_at: now,
      updated_at: now,
    })
    .execute();
  await changeAccount(transaction, userId, changesFor(type, hashCode(to, code), now));
  const kind = kindsByType[type];
  const query = new URLSearchParams({ token, type: kind, redirect_to: chooseRedirect(settings, redirectTo) });
  return writeMail({ kind, to, code, link: `${settings.publicUrl}/auth/v1/verify?${query.toString()}` });
}

function changesFor(type: TokenType, hash: string, now: Date): AccountChanges {
  switch (type) {
    case "confirmation_token":
      return { confirmation_token: hash, confirmation_sent_at: now };
    case "recovery_token":
      return { recovery_token: hash, recovery_sent_at: now };
    case "email_change_token_current":
      return { email_change_token_current: hash, email_change_sent_at: now };
    case "email_change_token_new":
      return { email_change_token_new: hash, email_change_sent_at: now };
  }
}
