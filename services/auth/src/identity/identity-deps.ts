import type { Tables } from "@gaia/db";
import type { Background } from "@gaia/kit/background";
import type { RateLimits } from "@gaia/kit/limits/rate-limits";
import type { Log } from "@gaia/kit/log";
import type { Kysely } from "kysely";
import type { SigningKeys } from "./keys/signing-keys.ts";
import type { Mailer } from "../mail/mailer.ts";

export interface IdentitySettings {
  /** Gaia's own. */
  readonly version: string;
  /** Address of the gateway, without a slash at the end. */
  readonly publicUrl: string;
  /** Where a mailed link leads when it names no allowed place. */
  readonly siteUrl: string;
  /** Origins that a mailed link may lead to besides. */
  readonly redirectOrigins: readonly string[];
  readonly isAutoconfirmed: boolean;
  readonly isSignUpDisabled: boolean;
  readonly tokenLifetimeSeconds: number;
  readonly reuseIntervalSeconds: number;
  readonly minimumPasswordLength: number;
  readonly passwordCost: number;
}

/** What the identity provider works with. In a transaction nothing but the transaction may ask the database. */
export interface IdentityDeps {
  readonly kysely: Kysely<Tables>;
  readonly log: Log;
  readonly background: Background;
  readonly now: () => Date;
  /** Whether there is anything to work with; see `openProvider`. */
  readonly hasOwnSchema: () => Promise<boolean>;
  readonly signingKeys: SigningKeys;
  readonly mailer: Mailer;
  readonly limits: RateLimits;
  readonly settings: IdentitySettings;
}

/** The `iss` of the provider's own tokens. */
export function issuerOf({ publicUrl }: Pick<IdentitySettings, "publicUrl">): string {
  return `${publicUrl}/auth/v1`;
}
