import * as z from "zod";
import { maximumTokenLength } from "./auth.ts";
import { defineOperation, type HttpRoute } from "./define.ts";
import { Time } from "./place-fields.ts";
import { StorableRecord, storableText } from "./storable.ts";

const Email = storableText(255);
const Password = storableText(1000);
const RedirectTo = storableText(2000).optional();
/** What a mail says: the secret of its link, or the code for who cannot open it. */
const MailedSecret = storableText(255);
/** Put in by the gateway from the `Authorization` header, whatever the body says (`passesToken`). */
const AccessToken = z.string().max(maximumTokenLength).nullish();

/** In UTC; fractions of a second, which are microseconds, only where there are some. */

const AccountIdentity = z.object({
  id: z.string(),
  identity_id: z.string(),
  user_id: z.string(),
  identity_data: z.record(z.string(), z.unknown()),
  provider: z.string(),
  created_at: Time,
  last_sign_in_at: Time.nullable(),
  updated_at: Time.nullable(),
});

const AccountFactor = z.object({
  id: z.string(),
  friendly_name: z.string().nullable(),
  factor_type: z.string(),
  status: z.string(),
  created_at: Time,
  updated_at: Time,
});

/** The original's user: every key is there, `null` where nothing is known, in this order. */
export const AccountUser = z
  .object({
    id: z.string(),
    app_metadata: z.record(z.string(), z.unknown()),
    user_metadata: z.record(z.string(), z.unknown()),
    aud: z.string(),
    confirmation_sent_at: Time.nullable(),
    recovery_sent_at: Time.nullable(),
    email_change_sent_at: Time.nullable(),
    new_email: z.string().nullable(),
    new_phone: z.string().nullable(),
    invited_at: Time.nullable(),
    action_link: z.string().nullable(),
    email: z.string().nullable(),
    phone: z.string().nullable(),
    created_at: Time,
    confirmed_at: Time.nullable(),
    email_confirmed_at: Time.nullable(),
    phone_confirmed_at: Time.nullable(),
    last_sign_in_at: Time.nullable(),
    role: z.string().nullable(),
    updated_at: Time.nullable(),
    identities: z.array(AccountIdentity).nullable(),
    is_anonymous: z.boolean(),
    factors: z.array(AccountFactor).nullable(),
  })
  .meta({ id: "AccountUser" });
export type AccountUser = z.infer<typeof AccountUser>;

export const AccountSession = z
  .object({
    provider_token: z.string().nullable(),
    provider_refresh_token: z.string().nullable(),
    access_token: z.string(),
    refresh_token: z.string(),
    /** Seconds. */
    expires_in: z.int(),
    /** Unix seconds. */
    expires_at: z.int(),
    token_type: z.string(),
    user: AccountUser,
  })
  .meta({ id: "AccountSession" });
export type AccountSession = z.infer<typeof AccountSession>;

const SignedIn = z.object({ user: AccountUser, session: AccountSession });
const Message = z.object({ message: z.string() });

/** A route of the original, with its later path. */
function route<const Name extends string>(name: Name) {
  return {
    method: "POST",
    path: `/api/v1/auth/${name}`,
    aliases: [`/api/v0.3/auth/${name}`],
  } as const satisfies HttpRoute;
}

export const register = defineOperation({
  name: "auth.register",
  summary: "Create an account; where addresses are confirmed by mail there is no session yet",
  permission: "public",
  rateClass: "credentials",
  http: route("register"),
  input: z.object({ email: Email, password: Password, data: StorableRecord.nullish(), redirect_to: RedirectTo }),
  output: z.object({ user: AccountUser, session: AccountSession.nullable() }),
  errors: ["BAD_REQUEST", "RATE_LIMITED"],
});

export const login = defineOperation({
  name: "auth.login",
  summary: "Sign in with a password",
  permission: "public",
  rateClass: "credentials",
  http: route("login"),
  input: z.object({ email: Email, password: Password }),
  output: SignedIn,
  errors: ["BAD_REQUEST", "RATE_LIMITED"],
});

export const refresh = defineOperation({
  name: "auth.refresh",
  summary: "Go on with a refresh token, which is replaced",
  permission: "public",
  rateClass: "credentials",
  http: route("refresh"),
  input: z.object({ refresh_token: storableText(1000) }),
  output: SignedIn,
  errors: ["BAD_REQUEST", "RATE_LIMITED"],
});

export const logout = defineOperation({
  name: "auth.logout",
  summary: "End the session of the Bearer token; without one there is nothing to do",
  permission: "public",
  rateClass: "credentials",
  http: { ...route("logout"), passesToken: true },
  input: z.object({ access_token: AccessToken }),
  output: Message,
  errors: ["BAD_REQUEST"],
});

export const confirm = defineOperation({
  name: "auth.confirm",
  summary: "Confirm an address with what was mailed to it",
  permission: "public",
  rateClass: "credentials",
  http: route("confirm"),
  input: z.object({ token: MailedSecret, email: Email }),
  output: z.object({ message: z.string(), user: AccountUser }),
  errors: ["BAD_REQUEST", "RATE_LIMITED"],
});

export const resendVerification = defineOperation({
  name: "auth.resend-verification",
  summary: "Mail the confirmation of a sign-up again; the answer does not tell whether it was sent",
  permission: "public",
  rateClass: "credentials",
  http: route("resend-verification"),
  input: z.object({ email: Email }),
  output: z.object({
    message: z.string(),
    result: z.object({ user: z.null(), session: z.null(), message_id: z.null() }),
  }),
  errors: ["BAD_REQUEST", "RATE_LIMITED"],
});

export const forgotPassword = defineOperation({
  name: "auth.forgot-password",
  summary: "Mail a link to choose a new password; the answer does not tell whether it was sent",
  permission: "public",
  rateClass: "credentials",
  http: { method: "POST", path: "/api/v1/auth/forgot-password" },
  input: z.object({ email: Email, redirect_to: RedirectTo }),
  output: Message,
  errors: ["BAD_REQUEST", "RATE_LIMITED"],
});

export const resetPassword = defineOperation({
  name: "auth.reset-password",
  summary: "Choose a new password with what was mailed: the link's token, or the code and the address",
  permission: "public",
  rateClass: "credentials",
  http: { method: "POST", path: "/api/v1/auth/reset-password" },
  input: z.object({
    token: MailedSecret.optional(),
    token_hash: MailedSecret.optional(),
    email: Email.optional(),
    password: Password,
  }),
  output: SignedIn,
  errors: ["BAD_REQUEST", "RATE_LIMITED"],
});

export const changePassword = defineOperation({
  name: "auth.change-password",
  summary: "Choose a new password; who has just come by a mailed link need not know the current one",
  permission: "account:own",
  rateClass: "credentials",
  http: { method: "POST", path: "/api/v1/auth/change-password", passesToken: true },
  input: z.object({ current_password: Password.nullish(), new_password: Password, access_token: AccessToken }),
  output: Message,
  errors: ["BAD_REQUEST", "RATE_LIMITED"],
});

const Profile = z
  .object({
    id: z.guid(),
    email: z.string(),
    name: z.string().nullable(),
    /** `null` where a Supabase project keeps it and cannot be asked. */
    metadata: z.record(z.string(), z.unknown()).nullable(),
    created_at: Time.nullable(),
    /** Names of the roles that count everywhere. */
    roles: z.array(z.string()),
    team_ids: z.array(z.guid()),
    workspace_ids: z.array(z.guid()),
    /** What routes may ask for (`permission` in the documents), with this credential. */
    permissions: z.array(z.string()),
  })
  .meta({ id: "Profile" });

export const getProfile = defineOperation({
  name: "auth.get-profile",
  summary: "Who one is and what one may do",
  permission: "account:read",
  http: { method: "GET", path: "/api/v1/auth/profile", passesToken: true },
  input: z.object({ access_token: AccessToken }),
  output: Profile,
  errors: ["NOT_FOUND"],
});

export const updateProfile = defineOperation({
  name: "auth.update-profile",
  summary: "Change one's name and metadata; in the metadata `null` takes a key away",
  permission: "account:own",
  http: { method: "PATCH", path: "/api/v1/auth/profile", passesToken: true },
  input: z.object({
    name: storableText(255).nullish(),
    metadata: StorableRecord.nullish(),
    access_token: AccessToken,
  }),
  output: Profile,
  errors: ["BAD_REQUEST", "NOT_FOUND"],
});

export const eraseAccount = defineOperation({
  name: "auth.erase-account",
  summary: "Erase one's account for good, with all that is one's own",
  permission: "account:own",
  rateClass: "credentials",
  http: { method: "DELETE", path: "/api/v1/auth/account", status: 204, passesToken: true, takesBody: true },
  input: z.object({ password: Password.nullish(), access_token: AccessToken }),
  output: z.undefined(),
  errors: ["BAD_REQUEST", "CONFLICT", "NOT_FOUND", "RATE_LIMITED"],
});

/** What the Supabase project does for its clients and Gaia acts on. */
export const toldIdentityCalls = [
  "auth.sign-up",
  "auth.issue-session",
  "auth.update-own-user",
  "auth.log-out",
  "auth.recover-account",
  "auth.verify-mailed-token",
  "auth.verify-mailed-link",
  "auth.create-identity-user",
  "auth.update-identity-user",
  "auth.delete-identity-user",
] as const;

/** Fields of an account whose change matters here. */
export const toldFields = ["email", "password", "data", "user_metadata", "app_metadata", "ban_duration"] as const;

export const tellOfIdentityCall = defineOperation({
  name: "auth.tell-of-identity-call",
  summary: "The Supabase project did what its clients asked through Gaia: tokens, keys and the audit trail follow",
  permission: "internal",
  input: z.object({
    operation: z.enum(toldIdentityCalls),
    /** Of the session that asked, where it asked for itself. */
    token: z.string().max(maximumTokenLength).nullable(),
    /** Of the session that the project gave. */
    accessToken: z.string().max(maximumTokenLength).nullable(),
    userId: z.guid().nullable(),
    /** Whether the account was made, and not only the appearance of one. */
    isNew: z.boolean(),
    bannedUntil: z.iso.datetime({ offset: true }).nullable(),
    email: Email.nullable(),
    /** The grant, the scope of signing out, or the kind of mail. */
    how: z.string().max(50).nullable(),
    fields: z.array(z.enum(toldFields)),
  }),
  output: z.object({}),
});
