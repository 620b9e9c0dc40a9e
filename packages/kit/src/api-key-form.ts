import { crc32 } from "node:zlib";

/** What every key of Gaia's begins with, so that scanners know a leaked one. */
export const apiKeyPrefix = "gaia_";

const ownForm = /^gaia_(?<body>[\w-]{43})(?<checksum>[0-9a-f]{8})$/;
// The original's helpers made these; they have no checksum.
const originalForm = /^gaia_[A-Za-z]+_[A-Za-z0-9]{32}$/;

/** Random text as a key: behind the prefix, with a checksum by which anybody can tell it from other text. */
export function toApiKey(body: string): string {
  return `${apiKeyPrefix}${body}${checksumOf(body)}`;
}

/** True for what pretends to be a key of Gaia's and cannot be one, so that nobody needs to look for it. */
export function isForgedApiKey(secret: string): boolean {
  if (!secret.startsWith(apiKeyPrefix) || originalForm.test(secret)) return false;
  const { body, checksum } = ownForm.exec(secret)?.groups ?? {};
  return body === undefined || checksumOf(body) !== checksum;
}

function checksumOf(body: string): string {
  return crc32(body).toString(16).padStart(8, "0");
}
