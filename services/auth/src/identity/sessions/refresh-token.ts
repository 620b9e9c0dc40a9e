import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";

const version = 0;
const idLength = 16;
const signatureLength = 16;
const checksumLength = 4;
const longestCounter = 8;

/** What a refresh token says: the how-manieth of which session it is. */
export interface RefreshTokenClaim {
  readonly sessionId: string;
  readonly counter: number;
  /** Whether the session's own key signed it. */
  isSignedBy(key: string): boolean;
}

export function createRefreshTokenKey(): string {
  return randomBytes(32).toString("base64url");
}

/**
 * Version byte, session, counter (as LEB128), half an HMAC-SHA-256, checksum: the format of supabase/auth
 * `internal/crypto/refresh_tokens.go`, so that a dump's sessions go on there. No token is stored: the session's counter
 * and key give the current one again.
 */
export function encodeRefreshToken(key: string, sessionId: string, counter: number): string {
  const content = Buffer.concat([
    Buffer.from([version]),
    Buffer.from(sessionId.replaceAll("-", ""), "hex"),
    encodeCounter(counter),
  ]);
  const signed = Buffer.concat([content, signatureOf(key, content)]);
  return Buffer.concat([signed, checksumOf(signed)]).toString("base64url");
}

/** Nothing for what has not the form; the signature must be checked once the session is known. */
export function parseRefreshToken(token: string): RefreshTokenClaim | undefined {
  const bytes = Buffer.from(token, "base64url");
  const shortest = 1 + idLength + 1 + signatureLength + checksumLength;
  if (bytes.length < shortest || bytes.length >= shortest + longestCounter || bytes[0] !== version) return undefined;
  const signed = bytes.subarray(0, -checksumLength);
  if (!timingSafeEqual(checksumOf(signed), bytes.subarray(-checksumLength))) return undefined;
  const content = signed.subarray(0, -signatureLength);
  const signature = signed.subarray(-signatureLength);
  const counter = decodeCounter(content.subarray(1 + idLength));
  if (counter === undefined) return undefined;
  return {
    sessionId: toUuid(content.subarray(1, 1 + idLength)),
    counter,
    isSignedBy: (key) => timingSafeEqual(signatureOf(key, content), signature),
  };
}

function signatureOf(key: string, content: Buffer): Buffer {
  return createHmac("sha256", Buffer.from(key, "base64url")).update(content).digest().subarray(0, signatureLength);
}

function checksumOf(signed: Buffer): Buffer {
  return createHash("sha256").update(signed).digest().subarray(0, checksumLength);
}

function encodeCounter(counter: number): Buffer {
  const bytes: number[] = [];
  let rest = counter;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) + 0x80);
    rest = Math.floor(rest / 0x80);
  }
  return Buffer.from([...bytes, rest]);
}

function decodeCounter(bytes: Buffer): number | undefined {
  const isLast = (byte: number, index: number) => byte < 0x80 === (index === bytes.length - 1);
  if (bytes.length === 0 || bytes.length >= longestCounter || !bytes.every(isLast)) return undefined;
  return bytes.reduceRight((value, byte) => value * 0x80 + (byte % 0x80), 0);
}

function toUuid(bytes: Buffer): string {
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
