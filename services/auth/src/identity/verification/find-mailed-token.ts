import type { Tables } from "@gaia/db";
import type { Kysely } from "kysely";
import { type Account, findAccount } from "../accounts/account-repository.ts";
import type { TokenType } from "./issue-mailed-token.ts";
import { hashCode, hashLinkToken, isSameHash, mailedTokenLifetimeMs } from "./mailed-token.ts";

export interface FoundToken {
  readonly account: Account;
  readonly type: TokenType;
}

type AuthTables = Kysely<Tables>;

/** The account of a link's secret, while it works. Locked, so that one link works once. */
export async function findByLink(
  transaction: AuthTables,
  link: { readonly token: string; readonly types: readonly TokenType[]; readonly now: Date },
): Promise<FoundToken | undefined> {
  const row = await transaction
    .selectFrom("auth.one_time_tokens")
    .select(["user_id", "token_type", "created_at"])
    .where("token_hash", "=", hashLinkToken(link.token))
    .forUpdate()
    .executeTakeFirst();
  const type = link.types.find((each) => each === row?.token_type);
  if (row === undefined || type === undefined || hasEnded(row.created_at, link.now)) return undefined;
  const account = await findAccount(transaction, row.user_id);
  return account === undefined ? undefined : { account, type };
}

interface TypedCode {
  readonly email: string;
  readonly code: string;
  readonly types: readonly TokenType[];
  readonly now: Date;
}

/** The account of an address and the code that was mailed to it, while it works. */
export async function findByCode(transaction: AuthTables, typed: TypedCode): Promise<FoundToken | undefined> {
  const { email, code, types, now } = typed;
  const account = types.includes("email_change_token_new")
    ? await findByEitherEmail(transaction, email, hashCode(email, code))
    : await lockAccountByEmail(transaction, email);
  if (account === undefined) return undefined;
  const type = types.find((each) => isSameHash(account[each], hashCode(email, code)));
  if (type === undefined || hasEnded(sentAt(account, type), now)) return undefined;
  return { account, type };
}

/** Locked, so that one code works once. */
async function lockAccountByEmail(transaction: AuthTables, email: string): Promise<Account | undefined> {
  return transaction
    .selectFrom("auth.users")
    .selectAll()
    .where("email", "=", email)
    .where("is_sso_user", "=", false)
    .forUpdate()
    .executeTakeFirst();
}

/** When a code of these types was mailed to an address last. */
export async function lastMailedAt(
  kysely: AuthTables,
  email: string,
  types: readonly TokenType[],
): Promise<Date | null> {
  const accounts = await kysely
    .selectFrom("auth.users")
    .selectAll()
    .where((where) =>
      types.includes("email_change_token_new")
        ? where.or([where("email", "=", email), where("email_change", "=", email)])
        : where("email", "=", email),
    )
    .where("is_sso_user", "=", false)
    .execute();
  const times = accounts.flatMap((account) => types.map((type) => sentAt(account, type)?.getTime() ?? 0));
  const last = Math.max(0, ...times);
  return last === 0 ? null : new Date(last);
}

/** The new address belongs to no account yet. */
async function findByEitherEmail(transaction: AuthTables, email: string, hash: string): Promise<Account | undefined> {
  return transaction
    .selectFrom("auth.users")
    .selectAll()
    .where((where) =>
      where.or([
        where.and([where("email", "=", email), where("email_change_token_current", "=", hash)]),
        where.and([where("email_change", "=", email), where("email_change_token_new", "=", hash)]),
      ]),
    )
    .forUpdate()
    .executeTakeFirst();
}

function sentAt(account: Account, type: TokenType): Date | null {
  switch (type) {
    case "confirmation_token":
      return account.confirmation_sent_at;
    case "recovery_token":
      return account.recovery_sent_at;
    case "email_change_token_current":
    case "email_change_token_new":
      return account.email_change_sent_at;
  }
}

function hasEnded(sent: Date | null, now: Date): boolean {
  return sent === null || sent.getTime() + mailedTokenLifetimeMs <= now.getTime();
}
