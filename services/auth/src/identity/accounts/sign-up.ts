import { createHmac, randomUUID } from "node:crypto";
import type { IdentitySession, IdentityUser } from "@gaia/contracts";
import type { Auditor, Tables } from "@gaia/db";
import type { Kysely } from "kysely";
import { auditAccount, type Change } from "../audit-account.ts";
import type { IdentityDeps } from "../identity-deps.ts";
import { identityError, invalidRequest } from "../identity-error.ts";
import { limitMail } from "../limits.ts";
import { postMail } from "../../mail/post-mail.ts";
import { describeSession } from "../sessions/describe-session.ts";
import { startSession } from "../sessions/start-session.ts";
import { issueMailedToken } from "../verification/issue-mailed-token.ts";
import { type Account, findAccount, findAccountByEmail } from "./account-repository.ts";
import { confirmAccount } from "./confirm-account.ts";
import { readEmailAddress } from "./email-address.ts";
import { insertAccount } from "./insert-account.ts";
import { mergeMetadata } from "./merge-metadata.ts";
import { isBanned } from "./is-banned.ts";
import { checkPassword, hashPassword, isPasswordRight } from "./password.ts";

interface SignUpInput {
  readonly email?: string | undefined;
  readonly password?: string | undefined;
  readonly data?: Readonly<Record<string, unknown>> | null | undefined;
  readonly redirect_to?: string | undefined;
}

interface Wish extends Change {
  readonly email: string;
  readonly password: string;
  readonly passwordHash: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly redirectTo: string | undefined;
}

/**
 * Creates an account. Where addresses must be confirmed the answer never tells whether the address has one: it has
 * the same form, takes a hash as long, and is limited alike. Source: supabase/auth `internal/api/signup.go`, which
 * tells by an empty list of identities; this does not.
 */
export async function signUp(
  deps: IdentityDeps,
  auditor: Auditor,
  input: SignUpInput,
): Promise<IdentitySession | IdentityUser> {
  const { settings } = deps;
  if (settings.isSignUpDisabled) {
    throw identityError("INVALID_INPUT", "signup_disabled", "Signups not allowed for this instance");
  }
  if (!input.email) {
    throw identityError("INVALID_INPUT", "anonymous_provider_disabled", "Anonymous sign-ins are disabled");
  }
  const email = readEmailAddress(input.email);
  if (!input.password) throw invalidRequest("Signup requires a valid password");
  checkPassword(settings, input.password);
  const metadata = mergeMetadata({}, input.data ?? {});
  if (!settings.isAutoconfirmed) await limitMail(deps.limits, "signup", email);
  const passwordHash = await hashPassword(settings, input.password);
  const { password, redirect_to: redirectTo } = input;
  const wish = { email, password, passwordHash, metadata, redirectTo, auditor, now: deps.now() };
  return settings.isAutoconfirmed ? signUpAtOnce(deps, wish) : signUpByMail(deps, wish);
}

/** An account that waits from before is its owner's, who knows its password; Supabase gives it to anybody here. */
async function signUpAtOnce(deps: IdentityDeps, wish: Wish): Promise<IdentitySession> {
  const { auditor, now } = wish;
  const known = await findAccountByEmail(deps.kysely, wish.email);
  const isOwn = known !== undefined && (await isPasswordRight(deps.settings, wish.password, known.encrypted_password));
  if (known !== undefined && (known.email_confirmed_at !== null || !isOwn || isBanned(known, now))) throw isTaken();
  const session = await deps.kysely.transaction().execute(async (transaction) => {
    const account = known ?? (await createAccount(transaction, { ...wish, id: randomUUID() }));
    if (account === undefined) throw isTaken();
    const confirmed = await confirmAccount(transaction, account, { proof: "none", auditor, now });
    return startSession(transaction, confirmed, { method: "password", auditor, now });
  });
  return describeSession(deps, session);
}

function isTaken(): Error {
  return identityError("INVALID_INPUT", "user_already_exists", "User already registered");
}

/**
 * Nobody waits for what is done where there is no account, or one that waits: by the time, one could tell. The answer
 * takes the same two questions for everybody.
 */
async function signUpByMail(deps: IdentityDeps, wish: Wish): Promise<IdentityUser> {
  const known = await findAccountByEmail(deps.kysely, wish.email);
  const invented = await inventId(deps, wish.email);
  const id = known === undefined ? randomUUID() : known.id;
  if (known?.email_confirmed_at) return newcomer(invented, wish);
  deps.background.run("mail sign-up", mailSignUp(deps, { ...wish, id }));
  return newcomer(id, wish);
}

async function mailSignUp(deps: IdentityDeps, wish: Wish & { readonly id: string }): Promise<void> {
  const { kysely, settings } = deps;
  const known = await findAccountByEmail(kysely, wish.email);
  const isSame = known === undefined || (await isPasswordRight(settings, wish.password, known.encrypted_password));
  const mail = await kysely.transaction().execute(async (transaction) => {
    const account = known ?? (await createAccount(transaction, wish));
    if (account === undefined) return "slower";
    if (account.email_confirmed_at !== null) return null;
    if (!isSame) await dropPassword(transaction, account, wish);
    const { email: to, redirectTo, now } = wish;
    const issue = { userId: account.id, type: "confirmation_token", to, redirectTo, now } as const;
    return issueMailedToken(transaction, settings, issue);
  });
  if (mail === "slower") return mailSignUp(deps, wish);
  if (mail !== null) postMail(deps, mail);
}

/**
 * Of two who chose a password for an address that nobody has proved, one is not its owner. Whoever opens the mail is,
 * is signed in by it, and chooses a password then.
 */
async function dropPassword(transaction: Kysely<Tables>, { id }: Account, wish: Wish): Promise<void> {
  const { numUpdatedRows } = await transaction
    .updateTable("auth.users")
    .set({ encrypted_password: null, updated_at: wish.now })
    .where("id", "=", id)
    .where("email_confirmed_at", "is", null)
    .where("encrypted_password", "is not", null)
    .executeTakeFirst();
  if (numUpdatedRows === 0n) return;
  const details = { dropped: ["password"] };
  await auditAccount(transaction, wish, { action: "user.changed", userId: id, details });
}

/** Nothing when somebody was faster with the same address. */
async function createAccount(
  transaction: Kysely<Tables>,
  wish: Wish & { readonly id: string },
): Promise<Account | undefined> {
  const { id, email, passwordHash, metadata, now } = wish;
  const isNew = await insertAccount(transaction, { id, email, passwordHash, userMetadata: metadata, now });
  if (!isNew) return undefined;
  await auditAccount(transaction, wish, { action: "user.registered", userId: id, isByOwner: true });
  return findAccount(transaction, id);
}

/** The answer to every sign-up by mail, whoever has the address. */
function newcomer(id: string, { email, metadata, now }: Wish): IdentityUser {
  const time = now.toISOString();
  const facts = { sub: id, email, email_verified: false, phone_verified: false };
  return {
    id,
    aud: "authenticated",
    role: "authenticated",
    email,
    phone: "",
    confirmation_sent_at: time,
    app_metadata: { provider: "email", providers: ["email"] },
    user_metadata: { ...metadata, ...facts },
    identities: [
      {
        identity_id: randomUUID(),
        id,
        user_id: id,
        identity_data: facts,
        provider: "email",
        last_sign_in_at: time,
        created_at: time,
        updated_at: time,
        email,
      },
    ],
    created_at: time,
    updated_at: time,
    is_anonymous: false,
  };
}

/** An id for an account that must not show, the same at every try, as that of an account that waits would be. */
async function inventId({ signingKeys }: Pick<IdentityDeps, "signingKeys">, email: string): Promise<string> {
  const digest = createHmac("sha256", await signingKeys.pepper())
    .update(email)
    .digest("hex");
  // Random ids have one of these there.
  const variant = "89ab".charAt(Number.parseInt(digest.charAt(16), 16) % 4);
  const parts = [digest.slice(0, 8), digest.slice(8, 12), `4${digest.slice(13, 16)}`];
  return [...parts, `${variant}${digest.slice(17, 20)}`, digest.slice(20, 32)].join("-");
}
