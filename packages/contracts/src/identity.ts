import * as z from "zod";
import { maximumTokenLength } from "./auth.ts";
import { defineEvent, defineOperation, defineStream } from "./define.ts";
import { StorableRecord, storableText as text } from "./storable.ts";

const Email = text(255);
/** Longer than any that bcrypt reads whole; what is too long or too short is told in Supabase's words. */
const Password = text(1000);
const Metadata = StorableRecord;
const RedirectTo = text(2000).optional();

/** A person's way of signing in, as supabase/auth `internal/models/identity.go` shows it. */
const Identity = z.object({
  identity_id: z.guid(),
  /** The id of the account at the provider; for addresses that of the user. */
  id: z.string(),
  user_id: z.guid(),
  identity_data: z.record(z.string(), z.unknown()),
  provider: z.string(),
  last_sign_in_at: z.iso.datetime().optional(),
  created_at: z.iso.datetime().optional(),
  updated_at: z.iso.datetime().optional(),
  email: z.string().optional(),
});

/** Supabase's user: what is not known is left out. Source: supabase/auth `internal/models/user.go`. */
export const IdentityUser = z
  .object({
    id: z.guid(),
    aud: z.string(),
    role: z.string(),
    email: z.string(),
    email_confirmed_at: z.iso.datetime().optional(),
    invited_at: z.iso.datetime().optional(),
    phone: z.string(),
    confirmation_sent_at: z.iso.datetime().optional(),
    confirmed_at: z.iso.datetime().optional(),
    recovery_sent_at: z.iso.datetime().optional(),
    new_email: z.string().optional(),
    email_change_sent_at: z.iso.datetime().optional(),
    last_sign_in_at: z.iso.datetime().optional(),
    app_metadata: z.record(z.string(), z.unknown()),
    user_metadata: z.record(z.string(), z.unknown()),
    identities: z.array(Identity),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
    banned_until: z.iso.datetime().optional(),
    deleted_at: z.iso.datetime().optional(),
    is_anonymous: z.boolean(),
  })
  .meta({ id: "IdentityUser" });
export type IdentityUser = z.infer<typeof IdentityUser>;

/** Source: `AccessTokenResponse` of supabase/auth `internal/tokens/service.go`. */
export const IdentitySession = z
  .object({
    access_token: z.string(),
    token_type: z.literal("bearer"),
    /** Seconds. */
    expires_in: z.int(),
    /** Unix seconds. */
    expires_at: z.int(),
    refresh_token: z.string(),
    user: IdentityUser,
  })
  .meta({ id: "IdentitySession" });
export type IdentitySession = z.infer<typeof IdentitySession>;

export const signUp = defineOperation({
  name: "auth.sign-up",
  summary: "Create an account; the answer is the same for an address that has one",
  permission: "public",
  rateClass: "credentials",
  http: { method: "POST", path: "/auth/v1/signup", dialect: "supabase", query: ["redirect_to"] },
  input: z.object({
    email: Email.optional(),
    password: Password.optional(),
    data: Metadata.nullish(),
    redirect_to: RedirectTo,
  }),
  /** A session only where addresses need no confirmation. */
  output: z.union([IdentitySession, IdentityUser]),
  errors: ["BAD_REQUEST", "RATE_LIMITED"],
});

export const issueSession = defineStream({
  name: "auth.issue-session",
  summary: "Sign in with a password, or go on with a refresh token",
  permission: "public",
  rateClass: "credentials",
  http: { method: "POST", path: "/auth/v1/token", dialect: "supabase", query: ["grant_type"] },
  input: z.object({
    grant_type: z.string(),
    email: Email.optional(),
    password: Password.optional(),
    refresh_token: text(255).optional(),
  }),
  output: IdentitySession,
  errors: ["BAD_REQUEST", "RATE_LIMITED"],
});

export const getOwnUser = defineOperation({
  name: "auth.get-own-user",
  summary: "The account of the session",
  permission: "account:own",
  http: { method: "GET", path: "/auth/v1/user", dialect: "supabase" },
  input: z.object({}),
  output: IdentityUser,
  errors: ["NOT_FOUND"],
});

export const updateOwnUser = defineOperation({
  name: "auth.update-own-user",
  summary: "Change one's own address, password or metadata",
  permission: "account:own",
  rateClass: "credentials",
  http: { method: "PUT", path: "/auth/v1/user", dialect: "supabase", query: ["redirect_to"] },
  input: z.object({
    email: Email.optional(),
    password: Password.nullish(),
    data: Metadata.nullish(),
    app_metadata: Metadata.nullish(),
    redirect_to: RedirectTo,
  }),
  output: IdentityUser,
  errors: ["BAD_REQUEST", "NOT_FOUND", "RATE_LIMITED"],
});

export const logOut = defineStream({
  name: "auth.log-out",
  summary: "End this session, all others, or all of them",
  permission: "account:own",
  http: { method: "POST", path: "/auth/v1/logout", status: 204, dialect: "supabase" },
  input: z.object({ scope: z.string().default("global") }),
  output: z.undefined(),
  errors: ["BAD_REQUEST"],
});

export const recoverAccount = defineOperation({
  name: "auth.recover-account",
  summary: "Mail a link that signs in, to choose a new password; the answer does not tell whether it was sent",
  permission: "public",
  rateClass: "credentials",
  http: { method: "POST", path: "/auth/v1/recover", dialect: "supabase", query: ["redirect_to"] },
  input: z.object({ email: Email.optional(), redirect_to: RedirectTo }),
  output: z.object({}),
  errors: ["BAD_REQUEST", "RATE_LIMITED"],
});

export const resendMail = defineOperation({
  name: "auth.resend-mail",
  summary: "Mail the confirmation of a sign-up or of a new address again",
  permission: "public",
  rateClass: "credentials",
  http: { method: "POST", path: "/auth/v1/resend", dialect: "supabase", query: ["redirect_to"] },
  input: z.object({ type: z.string(), email: Email.optional(), redirect_to: RedirectTo }),
  output: z.object({}),
  errors: ["BAD_REQUEST", "RATE_LIMITED"],
});

export const verifyMailedLink = defineStream({
  name: "auth.verify-mailed-link",
  summary: "The link of a mail: redirects with a session, or with what is wrong, behind the #",
  permission: "public",
  rateClass: "credentials",
  http: { method: "GET", path: "/auth/v1/verify", dialect: "supabase", actsOnGet: true },
  input: z.object({ type: text(50).optional(), token: text(255).optional(), redirect_to: RedirectTo }),
  output: z.string(),
});

export const verifyMailedToken = defineOperation({
  name: "auth.verify-mailed-token",
  summary: "Sign in with what a mail says: its code and the address, or the token of its link",
  permission: "public",
  rateClass: "credentials",
  http: { method: "POST", path: "/auth/v1/verify", dialect: "supabase" },
  input: z.object({
    type: text(50).optional(),
    email: Email.optional(),
    token: text(255).optional(),
    token_hash: text(255).optional(),
  }),
  /** A message where a change of address waits for the other address to agree. */
  output: z.union([IdentitySession, z.object({ msg: z.string(), code: z.string() })]),
  errors: ["BAD_REQUEST", "FORBIDDEN", "RATE_LIMITED"],
});

export const identitySettings = defineOperation({
  name: "auth.identity-settings",
  summary: "What ways of signing in there are",
  permission: "public",
  http: { method: "GET", path: "/auth/v1/settings", dialect: "supabase" },
  input: z.object({}),
  output: z.object({
    external: z.record(z.string(), z.boolean()),
    disable_signup: z.boolean(),
    mailer_autoconfirm: z.boolean(),
    phone_autoconfirm: z.boolean(),
    sms_provider: z.string(),
    saml_enabled: z.boolean(),
  }),
});

export const identityKeySet = defineOperation({
  name: "auth.identity-key-set",
  summary: "The public keys of access tokens, as RFC 7517 has them",
  permission: "public",
  http: { method: "GET", path: "/auth/v1/.well-known/jwks.json", dialect: "supabase" },
  input: z.object({}),
  output: z.object({
    keys: z.array(
      z.object({
        kty: z.literal("EC"),
        crv: z.literal("P-256"),
        x: z.string(),
        y: z.string(),
        kid: z.string(),
        alg: z.literal("ES256"),
        use: z.literal("sig"),
        key_ops: z.array(z.literal("verify")),
      }),
    ),
  }),
});

export const identityHealth = defineOperation({
  name: "auth.identity-health",
  summary: "The identity provider answers",
  permission: "public",
  http: { method: "GET", path: "/auth/v1/health", dialect: "supabase" },
  input: z.object({}),
  output: z.object({ version: z.string(), name: z.string(), description: z.string() }),
});

const AdministeredFields = {
  email: Email.optional(),
  password: Password.nullish(),
  email_confirm: z.boolean().nullish(),
  user_metadata: Metadata.nullish(),
  app_metadata: Metadata.nullish(),
  /** As Go writes durations: `24h`, `1h30m`; `none` ends a ban. */
  ban_duration: text(50).nullish(),
};

export const createIdentityUser = defineOperation({
  name: "auth.create-identity-user",
  summary: "Create an account for somebody",
  permission: "user:administer",
  http: { method: "POST", path: "/auth/v1/admin/users", dialect: "supabase", query: [] },
  input: z.object(AdministeredFields),
  output: IdentityUser,
  errors: ["BAD_REQUEST"],
});

export const listIdentityUsers = defineStream({
  name: "auth.list-identity-users",
  summary: "A page of the accounts, newest first, with the total in `x-total-count` and the pages around in `link`",
  permission: "user:administer",
  http: { method: "GET", path: "/auth/v1/admin/users", dialect: "supabase" },
  input: z.object({ page: text(20).optional(), per_page: text(20).optional() }),
  output: z.object({ users: z.array(IdentityUser), aud: z.string() }),
  errors: ["BAD_REQUEST"],
});

export const getIdentityUser = defineOperation({
  name: "auth.get-identity-user",
  summary: "One account",
  permission: "user:administer",
  http: { method: "GET", path: "/auth/v1/admin/users/{user_id}", dialect: "supabase" },
  input: z.object({ user_id: text(50) }),
  output: IdentityUser,
  errors: ["NOT_FOUND"],
});

export const updateIdentityUser = defineOperation({
  name: "auth.update-identity-user",
  summary: "Change, confirm or ban an account",
  permission: "user:administer",
  http: { method: "PUT", path: "/auth/v1/admin/users/{user_id}", dialect: "supabase", query: [] },
  input: z.object({ ...AdministeredFields, user_id: text(50) }),
  output: IdentityUser,
  errors: ["BAD_REQUEST", "NOT_FOUND"],
});

export const deleteIdentityUser = defineOperation({
  name: "auth.delete-identity-user",
  summary: "Delete an account for good, or only make it unusable and nameless",
  permission: "user:administer",
  http: { method: "DELETE", path: "/auth/v1/admin/users/{user_id}", dialect: "supabase" },
  input: z.object({ user_id: text(50), should_soft_delete: z.boolean().nullish() }),
  output: z.object({}),
  errors: ["CONFLICT", "NOT_FOUND"],
});

export const explainRefusal = defineOperation({
  name: "auth.explain-refusal",
  summary: "Tell why an access token lets nobody in, in the codes that Supabase's clients act on",
  permission: "internal",
  input: z.object({ token: z.string().max(maximumTokenLength) }),
  output: z.object({ refusal: z.enum(["bad_jwt", "user_not_found", "user_banned", "session_not_found"]) }),
});

export const sessionRevoked = defineEvent({
  subject: "gaia.auth.session.revoked",
  summary: "Sessions ended; every cache forgets who was in them",
  payload: z.object({
    user_id: z.guid(),
    /** `null` when everything that was known of the user is out of date, such as by a ban. */
    session_ids: z.array(z.guid()).nullable(),
    timestamp: z.iso.datetime(),
  }),
});
