import type { KeyLimits } from "@gaia/contracts";
import type { Tables } from "@gaia/db";
import type { Background } from "@gaia/kit/background";
import type { RateLimits } from "@gaia/kit/limits/rate-limits";
import type { Log } from "@gaia/kit/log";
import type { JWTVerifyGetKey } from "jose";
import type { Kysely } from "kysely";
import type { IdentityDeps } from "./identity/identity-deps.ts";
import type { Mailer } from "./mail/mailer.ts";
import type { SupabaseAuth } from "./supabase/supabase-auth.ts";

export interface AuthDeps {
  readonly kysely: Kysely<Tables>;
  readonly log: Log;
  readonly background: Background;
  readonly now: () => Date;
  readonly limits: RateLimits;
  /** What a key may state of its own without an administrator: the installation's limits; `null` where there are none. */
  readonly keyLimits: KeyLimits;
  readonly mailer: Mailer;
  /** The web interface, which the links in mails lead to. */
  readonly siteUrl: string;
  /**
   * Whether the key printed in the original's README may be used: only in development and only while the gateway
   * listens on loopback.
   */
  readonly isDevelopmentKeyAllowed: boolean;
  /** Finds the key that an access token was signed with. */
  readonly tokenKeys: JWTVerifyGetKey;
  /** The `iss` that tokens must have; `null` where no project is known, only its shared secret. */
  readonly tokenIssuer: string | null;
  /** Gaia's own identity provider; `null` where a Supabase project keeps the accounts. */
  readonly identity: IdentityDeps | null;
  /** The project that keeps the accounts instead, where there is one. */
  readonly supabase: SupabaseAuth | null;
}
