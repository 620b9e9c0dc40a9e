import * as z from "zod";

// Supabase leaves out what it does not know, and names zones as it likes.
const Time = z.iso.datetime({ offset: true });
const Metadata = z.record(z.string(), z.unknown());

/** A user as Supabase Auth tells of one, whoever keeps the account. */
export const ProviderUser = z.object({
  id: z.string(),
  aud: z.string().nullish(),
  role: z.string().nullish(),
  email: z.string().nullish(),
  phone: z.string().nullish(),
  new_email: z.string().nullish(),
  new_phone: z.string().nullish(),
  action_link: z.string().nullish(),
  app_metadata: Metadata.nullish(),
  user_metadata: Metadata.nullish(),
  created_at: Time,
  updated_at: Time.nullish(),
  invited_at: Time.nullish(),
  confirmed_at: Time.nullish(),
  email_confirmed_at: Time.nullish(),
  phone_confirmed_at: Time.nullish(),
  confirmation_sent_at: Time.nullish(),
  recovery_sent_at: Time.nullish(),
  email_change_sent_at: Time.nullish(),
  last_sign_in_at: Time.nullish(),
  is_anonymous: z.boolean().nullish(),
  identities: z
    .array(
      z.object({
        id: z.string(),
        identity_id: z.string().nullish(),
        user_id: z.string(),
        identity_data: Metadata.nullish(),
        provider: z.string(),
        created_at: Time.nullish(),
        last_sign_in_at: Time.nullish(),
        updated_at: Time.nullish(),
      }),
    )
    .nullish(),
  factors: z
    .array(
      z.object({
        id: z.string(),
        friendly_name: z.string().nullish(),
        factor_type: z.string(),
        status: z.string(),
        created_at: Time,
        updated_at: Time,
      }),
    )
    .nullish(),
});
export type ProviderUser = z.infer<typeof ProviderUser>;

export const ProviderSession = z.object({
  access_token: z.string(),
  refresh_token: z.string(),
  token_type: z.string(),
  /** Seconds. */
  expires_in: z.number(),
  /** Unix seconds. */
  expires_at: z.number().nullish(),
  provider_token: z.string().nullish(),
  provider_refresh_token: z.string().nullish(),
  user: ProviderUser,
});
export type ProviderSession = z.infer<typeof ProviderSession>;
