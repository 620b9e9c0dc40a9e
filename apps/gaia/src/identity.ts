import { join, resolve } from "node:path";
import {
  type AuthDeps,
  createFolderMailer,
  createMemoryLimits,
  createOwnSchemaCheck,
  createSigningKeys,
  createSmtpMailer,
  createTokenKeys,
  type IdentityDeps,
  issuerOf,
} from "@gaia/auth";
import type { GaiaConfig } from "./config.ts";
import type { Platform } from "./platform.ts";
import { version } from "./version.ts";

type IdentityPlatform = Pick<Platform, "config" | "database" | "log" | "background">;

const now = () => new Date();

/** Gaia's own identity provider; none where a Supabase project keeps the accounts. */
export function identityOf(platform: IdentityPlatform): IdentityDeps | null {
  const { config, database, log, background } = platform;
  if (config.SUPABASE_URL !== undefined) return null;
  return {
    kysely: database.kysely,
    log,
    background,
    now,
    hasOwnSchema: createOwnSchemaCheck(database.kysely),
    signingKeys: createSigningKeys(database.kysely, now),
    mailer: mailerOf(platform),
    limits: createMemoryLimits(now),
    settings: settingsOf(config),
  };
}

/** Which access tokens are believed: a project's, or those of Gaia's own provider, and any of a shared secret. */
export function tokenVerificationOf(
  { config }: Pick<Platform, "config">,
  identity: IdentityDeps | null,
): Pick<AuthDeps, "tokenKeys" | "tokenIssuer"> {
  const secret = config.SUPABASE_JWT_SECRET;
  const supabaseUrl = config.SUPABASE_URL;
  const own = identity === null ? {} : { own: identity.signingKeys.find };
  return { tokenKeys: createTokenKeys({ secret, supabaseUrl, ...own }), tokenIssuer: tokenIssuerOf(config, identity) };
}

function tokenIssuerOf(config: GaiaConfig, identity: IdentityDeps | null): string | null {
  if (config.SUPABASE_URL !== undefined) return `${withoutSlash(config.SUPABASE_URL)}/auth/v1`;
  // The shared secret is a project's whose address is not known, so its tokens may name any issuer.
  return identity === null || config.SUPABASE_JWT_SECRET !== undefined ? null : issuerOf(identity.settings);
}

function settingsOf(config: GaiaConfig): IdentityDeps["settings"] {
  return {
    version,
    publicUrl: withoutSlash(config.GAIA_PUBLIC_URL ?? `http://localhost:${config.GATEWAY_PORT}`),
    siteUrl: config.GAIA_AUTH_SITE_URL ?? `http://localhost:${config.WEB_PORT}/`,
    redirectOrigins: config.ALLOWED_ORIGINS,
    isAutoconfirmed: config.GAIA_AUTH_AUTOCONFIRM,
    isSignUpDisabled: config.GAIA_AUTH_DISABLE_SIGNUP,
    tokenLifetimeSeconds: config.GAIA_AUTH_TOKEN_LIFETIME,
    reuseIntervalSeconds: config.GAIA_AUTH_REFRESH_REUSE_INTERVAL,
    minimumPasswordLength: config.GAIA_AUTH_PASSWORD_MIN_LENGTH,
    passwordCost: config.GAIA_AUTH_PASSWORD_COST,
  };
}

function mailerOf({ config, log }: Pick<IdentityPlatform, "config" | "log">): IdentityDeps["mailer"] {
  const from = config.GAIA_MAIL_FROM;
  if (config.SMTP_URL !== undefined) return createSmtpMailer({ url: config.SMTP_URL, from });
  const folder = join(resolve(config.GAIA_HOME), "mail");
  return createFolderMailer({ folder, from, log, now, isLinkLogged: config.GAIA_ENV === "development" });
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, "");
}
