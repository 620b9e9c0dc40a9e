import { join, resolve } from "node:path";
import {
  type AuthDeps,
  createFolderMailer,
  createOwnSchemaCheck,
  createSigningKeys,
  createSmtpMailer,
  createSupabaseAuth,
  createTokenKeys,
  type IdentityDeps,
  issuerOf,
} from "@gaia/auth";
import type { Platform } from "./platform.ts";
import { version } from "./version.ts";

type IdentityPlatform = Pick<Platform, "config" | "database" | "log" | "background" | "limits" | "ports">;
type Addressed = Pick<Platform, "config" | "ports">;

const projectTimeoutMs = 5_000;

const now = () => new Date();

/** Gaia's own identity provider; none where a Supabase project keeps the accounts. */
export function identityOf(platform: IdentityPlatform, mailer: AuthDeps["mailer"]): IdentityDeps | null {
  const { config, database, log, background, limits } = platform;
  if (config.SUPABASE_URL !== undefined) return null;
  return {
    kysely: database.kysely,
    log,
    background,
    now,
    hasOwnSchema: createOwnSchemaCheck(database.kysely),
    signingKeys: createSigningKeys(database.kysely, now),
    mailer,
    limits,
    settings: settingsOf(platform),
  };
}

/** The project that keeps the accounts, as Gaia talks to it. */
export function supabaseOf({ config }: Pick<Platform, "config">): AuthDeps["supabase"] {
  if (config.SUPABASE_URL === undefined) return null;
  return createSupabaseAuth({
    url: config.SUPABASE_URL,
    anonKey: config.SUPABASE_ANON_KEY,
    serviceKey: config.SUPABASE_SERVICE_KEY,
    fetch: globalThis.fetch,
    timeoutMs: projectTimeoutMs,
  });
}

/** Which access tokens are believed: a project's, or those of Gaia's own provider, and any of a shared secret. */
export function tokenKeysOf(
  { config }: Pick<Platform, "config">,
  identity: IdentityDeps | null,
): AuthDeps["tokenKeys"] {
  const secret = config.SUPABASE_JWT_SECRET;
  const supabaseUrl = config.SUPABASE_URL;
  const own = identity === null ? {} : { own: identity.signingKeys.find };
  return createTokenKeys({ secret, supabaseUrl, ...own });
}

/** Known only once the gateway listens, when its port is the system's choice. */
export function tokenIssuerOf({ config }: Pick<Platform, "config">, identity: IdentityDeps | null): string | null {
  if (config.SUPABASE_URL !== undefined) return `${withoutSlash(config.SUPABASE_URL)}/auth/v1`;
  // The shared secret is a project's whose address is not known, so its tokens may name any issuer.
  return identity === null || config.SUPABASE_JWT_SECRET !== undefined ? null : issuerOf(identity.settings);
}

function settingsOf(platform: Addressed): IdentityDeps["settings"] {
  const { config } = platform;
  return {
    version,
    get publicUrl() {
      return withoutSlash(config.GAIA_PUBLIC_URL ?? `http://localhost:${portOf(platform, "gateway")}`);
    },
    get siteUrl() {
      return siteUrlOf(platform);
    },
    redirectOrigins: config.ALLOWED_ORIGINS,
    isAutoconfirmed: config.GAIA_AUTH_AUTOCONFIRM,
    isSignUpDisabled: config.GAIA_AUTH_DISABLE_SIGNUP,
    tokenLifetimeSeconds: config.GAIA_AUTH_TOKEN_LIFETIME,
    reuseIntervalSeconds: config.GAIA_AUTH_REFRESH_REUSE_INTERVAL,
    minimumPasswordLength: config.GAIA_AUTH_PASSWORD_MIN_LENGTH,
    passwordCost: config.GAIA_AUTH_PASSWORD_COST,
  };
}

/** The web interface as people reach it. */
export function siteUrlOf(platform: Addressed): string {
  return platform.config.GAIA_AUTH_SITE_URL ?? `http://localhost:${portOf(platform, "web")}/`;
}

function portOf({ ports }: Addressed, name: "gateway" | "web"): number {
  return ports.get(name) ?? 0;
}

/** Mail by SMTP, or in files where no server is set. */
export function mailerOf({ config, log }: Pick<Platform, "config" | "log">): AuthDeps["mailer"] {
  const from = config.GAIA_MAIL_FROM;
  if (config.SMTP_URL !== undefined) return createSmtpMailer({ url: config.SMTP_URL, from });
  const folder = join(resolve(config.GAIA_HOME), "mail");
  return createFolderMailer({ folder, from, log, now, isLinkLogged: config.GAIA_ENV === "development" });
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, "");
}
