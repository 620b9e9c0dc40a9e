import type { AccountSession, AccountUser } from "@gaia/contracts";
import type { ProviderSession, ProviderUser } from "./provider-account.ts";
import { toWireTime } from "./to-wire-time.ts";

/** Supabase's session in the original's shape: every key there, `null` for what is not known. */
export function toAccountSession(session: ProviderSession, now: Date): AccountSession {
  return {
    provider_token: orNull(session.provider_token),
    provider_refresh_token: orNull(session.provider_refresh_token),
    access_token: session.access_token,
    refresh_token: session.refresh_token,
    expires_in: Math.floor(session.expires_in),
    expires_at: Math.floor(session.expires_at ?? now.getTime() / 1000 + session.expires_in),
    token_type: session.token_type,
    user: toAccountUser(session.user),
  };
}

/** The same for a user. */
export function toAccountUser(user: ProviderUser): AccountUser {
  return {
    id: user.id,
    app_metadata: user.app_metadata ?? {},
    user_metadata: user.user_metadata ?? {},
    aud: user.aud ?? "",
    confirmation_sent_at: timeOrNull(user.confirmation_sent_at),
    recovery_sent_at: timeOrNull(user.recovery_sent_at),
    email_change_sent_at: timeOrNull(user.email_change_sent_at),
    new_email: orNull(user.new_email),
    new_phone: orNull(user.new_phone),
    invited_at: timeOrNull(user.invited_at),
    action_link: orNull(user.action_link),
    email: orNull(user.email),
    phone: orNull(user.phone),
    created_at: toWireTime(user.created_at),
    confirmed_at: timeOrNull(user.confirmed_at),
    email_confirmed_at: timeOrNull(user.email_confirmed_at),
    phone_confirmed_at: timeOrNull(user.phone_confirmed_at),
    last_sign_in_at: timeOrNull(user.last_sign_in_at),
    role: orNull(user.role),
    updated_at: timeOrNull(user.updated_at),
    identities: orNull(user.identities?.map((identity) => toAccountIdentity(identity, user))),
    is_anonymous: user.is_anonymous ?? false,
    factors: orNull(user.factors?.map(toAccountFactor)),
  };
}

function toAccountIdentity(
  identity: NonNullable<ProviderUser["identities"]>[number],
  user: ProviderUser,
): NonNullable<AccountUser["identities"]>[number] {
  return {
    id: identity.id,
    identity_id: identity.identity_id ?? identity.id,
    user_id: identity.user_id,
    identity_data: identity.identity_data ?? {},
    provider: identity.provider,
    created_at: toWireTime(identity.created_at ?? user.created_at),
    last_sign_in_at: timeOrNull(identity.last_sign_in_at),
    updated_at: timeOrNull(identity.updated_at),
  };
}

function toAccountFactor(
  factor: NonNullable<ProviderUser["factors"]>[number],
): NonNullable<AccountUser["factors"]>[number] {
  return {
    id: factor.id,
    friendly_name: orNull(factor.friendly_name),
    factor_type: factor.factor_type,
    status: factor.status,
    created_at: toWireTime(factor.created_at),
    updated_at: toWireTime(factor.updated_at),
  };
}

function orNull<T>(value: T | null | undefined): T | null {
  return value ?? null;
}

function timeOrNull(time: string | null | undefined): string | null {
  return time === null || time === undefined ? null : toWireTime(time);
}
