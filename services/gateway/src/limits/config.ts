import * as z from "zod";

const perMinute = (count: number) => z.coerce.number().int().min(0).max(1_000_000_000).default(count);

export const limitsConfig = {
  GAIA_LIMIT_ADDRESS_REQUESTS: perMinute(6000).describe(
    "Requests per minute and client address, whoever sends them; 0 sets no limit",
  ),
  GAIA_LIMIT_FAILED_CREDENTIALS: perMinute(60).describe(
    "Requests per minute and client address whose credentials are wrong; above it, only credentials that were valid lately are let in. 0 sets no limit",
  ),
  GAIA_LIMIT_CREDENTIALS: perMinute(60).describe(
    "Requests per minute and client address to sign in, register, recover and the like; 0 sets no limit",
  ),
  GAIA_LIMIT_REQUESTS: perMinute(1200).describe(
    "Requests per minute of one API key, or of one account without; a key may state a limit of its own. 0 sets no limit",
  ),
  GAIA_LIMIT_USER_REQUESTS: perMinute(6000).describe(
    "Requests per minute of one account, with all its API keys together; a key whose own limit is higher has that. 0 sets no limit",
  ),
  GAIA_LIMIT_MODEL_REQUESTS: perMinute(300).describe(
    "Requests per minute to models, of one API key or account; 0 sets no limit",
  ),
  GAIA_LIMIT_TOKENS: perMinute(0).describe(
    "Tokens per minute of one API key, or of one account without; a key may state a limit of its own. 0 sets no limit",
  ),
  GAIA_TRUSTED_PROXIES: z.coerce
    .number()
    .int()
    .min(0)
    .max(100)
    .default(0)
    .describe(
      "Proxies in front of the gateway that each add to X-Forwarded-For; with the right number, limits and the audit trail see the client's address instead of theirs",
    ),
};
