import { createHash, randomBytes, randomInt, timingSafeEqual } from "node:crypto";

/** Milliseconds that a mailed link or code works. */
export const mailedTokenLifetimeMs = 3_600_000;

/** The secret in a link: 224 random bits in hexadecimal, as long as Supabase's. */
export function createLinkToken(): string {
  return randomBytes(28).toString("hex");
}

/** Whether it has the form of a link's secret, and not of a code to type. */
export function isLinkToken(text: string): boolean {
  return /^[0-9a-f]{56}$/.test(text);
}

export function createCode(): string {
  return String(randomInt(1_000_000)).padStart(6, "0");
}

/** The only form in which a link's secret is stored. */
export function hashLinkToken(token: string): string {
  return createHash("sha256").update(token, "utf8").digest("hex");
}

/** The only form in which a code is stored. Source: `GenerateTokenHash` of supabase/auth `internal/crypto/crypto.go`. */
export function hashCode(email: string, code: string): string {
  return createHash("sha224").update(`${email}${code}`, "utf8").digest("hex");
}

export function isSameHash(stored: string | null, given: string): boolean {
  const left = Buffer.from(stored ?? "");
  const right = Buffer.from(given);
  return left.length === right.length && timingSafeEqual(left, right);
}
