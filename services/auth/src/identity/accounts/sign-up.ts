import { createHmac, randomUUID } from "node:crypto";
import type { IdentitySession, IdentityUser } from "@gaia/contracts";
import type { Auditor, Tables } from "@gaia/db";
import type { Kysely } from "kysely";
import { auditAccount, type Change } from "../audit-account.ts";
import type { IdentityDeps } from "../identity-deps.ts";
import { identityError, invalidRequest } from "../identity-error.ts";
import { limitMail } from "../limits.ts";
import type { Mail } from "../../mail/mailer.ts";
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
  const wish = { email, passwordHash, metadata, redirectTo: input.redirect_to, auditor, now: deps.now() };
  return settings.isAutoconfirmed ? signUpAtOnce(deps, wish, input.password) : signUpByMail(deps, wish);
}

/** An account that waits from before is its owner's, who knows its password; Supabase gives it to anybody here. */
async function signUpAtOnce(deps: IdentityDeps, wish: Wish, password: string): Promise<IdentitySession> {
  const { auditor, now } = wish;
  const known = await findAccountByEmail(deps.kysely, wish.email);
  const isOwn = known !== undefined && (await isPasswordRight(deps.settings, password, known.encrypted_password));
  if (known !== undefined && (known.email_confirmed_at !== null || !isOwn || isBanned(known, now))) throw isTaken();
  const session = await deps.kysely.transaction().execute(async (transaction) => {
    const account = known ?? (await createAccount(transaction, wish));
    if (account === undefined) throw isTaken();
    const confirmed = await confirmAccount(transaction, account, { proof: "none", auditor, now });
    return startSession(transaction, confirmed, { method: "password", auditor, now });
  });
  return describeSession(deps, session);
}

function isTaken(): Error {
  return identityError("INVALID_INPUT", "user_already_exists", "User already registered");
}

async function signUpByMail(deps: IdentityDeps, wish: Wish): Promise<IdentityUser> {
  const { id, mail } = await deps.kysely.transaction().execute((transaction) => request(transaction, deps, wish));
  if (mail !== null) postMail(deps, mail);
  return newcomer(id ?? (await inventId(deps, wish.email)), wish);
}

interface Requested {
  /** `null` for an address that is another account's. */
  readonly id: string | null;
  readonly mail: Mail | null;
}

/** An account that waits for its confirmation stays as it was: who asks again may be somebody else. */
async function request(
  transaction: Kysely<Tables>,
  { settings }: Pick<IdentityDeps, "settings">,
  wish: Wish,
): Promise<Requested> {
  const known = await findAccountByEmail(transaction, wish.email);
  if (known?.email_confirmed_at) return { id: null, mail: null };
  const account = known ?? (await createAccount(transaction, wish));
  if (account === undefined) return { id: null, mail: null };
  const { email, redirectTo, now } = wish;
  const issue = { userId: account.id, type: "confirmation_token", to: email, redirectTo, now } as const;
  return { id: account.id, mail: await issueMailedToken(transaction, settings, issue) };
}

/** Nothing when somebody was faster with the same address. */
async function createAccount(transaction: Kysely<Tables>, wish: Wish): Promise<Account | undefined> {
  const { email, passwordHash, metadata, now } = wish;
  const id = randomUUID();
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
  return `${digest.slice(0, 8)}-${digest.slice(8, 12)}-4${digest.slice(13, 16)}-a${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
}
