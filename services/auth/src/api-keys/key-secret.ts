import { createHash, randomBytes } from "node:crypto";
import { crc32 } from "node:zlib";

const prefix = "gaia_";

/**
 * A new key: 32 random bytes behind a prefix, with a checksum, so that scanners can recognise a leaked one without
 * asking us. Keys of the original have neither and work all the same.
 */
export function createKeySecret(): string {
  const body = randomBytes(32).toString("base64url");
  return `${prefix}${body}${checksum(body)}`;
}

/** Lower-case hex SHA-256, the form in `api_keys.key_hash`. */
export function hashKeySecret(secret: string): string {
  return createHash("sha256").update(secret, "utf8").digest("hex");
}

/** What may be shown of a key for ever: enough to tell keys apart, not enough to use one. */
export function shownPrefix(secret: string): string {
  return secret.slice(0, prefix.length + 4);
}

function checksum(body: string): string {
  return crc32(body).toString(16).padStart(8, "0");
}
