import { flag } from "@gaia/kit/config/load-config";
import { secret } from "@gaia/kit/config/secret";
import * as z from "zod";

/** Settings of Gaia's own identity provider, which is there when no Supabase project is. */
export const identityConfig = {
  GAIA_PUBLIC_URL: z
    .url()
    .optional()
    .describe(
      "Address of the gateway as people reach it, for the links in mails and as the issuer of tokens; by default localhost",
    ),
  GAIA_AUTH_SITE_URL: z
    .url()
    .optional()
    .describe("Page that the links in mails lead to in the end; by default the web interface on localhost"),
  GAIA_AUTH_AUTOCONFIRM: flag()
    .default(false)
    .describe("Accounts can be used without confirming the e-mail address; never with people you do not know"),
  GAIA_AUTH_DISABLE_SIGNUP: flag().default(false).describe("Only administrators create accounts"),
  GAIA_AUTH_TOKEN_LIFETIME: z.coerce
    .number()
    .int()
    .min(30)
    .max(604_800)
    .default(3600)
    .describe("Seconds that an access token lasts"),
  GAIA_AUTH_REFRESH_REUSE_INTERVAL: z.coerce
    .number()
    .min(0)
    .max(300)
    .default(10)
    .describe("Seconds in which a refresh token may be used again, as several tabs at once do"),
  GAIA_AUTH_PASSWORD_MIN_LENGTH: z.coerce
    .number()
    .int()
    .min(6)
    .max(72)
    .default(6)
    .describe("Characters that a new password has at least"),
  GAIA_AUTH_PASSWORD_COST: z.coerce
    .number()
    .int()
    .min(10)
    .max(16)
    .default(10)
    .describe("Cost of bcrypt; one more doubles the time to check a password"),
  SMTP_URL: secret()
    .optional()
    .describe("Mail server, `smtps://user:password@host:port`; by default mails are files in GAIA_HOME/mail"),
  GAIA_MAIL_FROM: z.string().default("Gaia <no-reply@gaia.local>").describe("Sender of mails"),
};
