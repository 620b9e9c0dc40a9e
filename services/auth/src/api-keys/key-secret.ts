import { createHash, randomBytes } from "node:crypto";
import { apiKeyPrefix, toApiKey } from "@gaia/kit/api-key-form";

/** A new key: 32 random bytes in Gaia's form. Keys of the original have another and work all the same. */
export function createKeySecret(): string {
  return toApiKey(randomBytes(32).toString("base64url"));
}

/** Lower-case hex SHA-256, the form in `api_keys.key_hash`. */
export function hashKeySecret(secret: string): string {
  return createHash("sha256").update(secret, "utf8").digest("hex");
}

/** What may be shown of a key for ever: enough to tell keys apart, not enough to use one. */
export function shownPrefix(secret: string): string {
  return secret.slice(0, apiKeyPrefix.length + 4);
}
