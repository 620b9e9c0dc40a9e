import { crc32 } from "node:zlib";

/** What every key of Gaia's begins with, so that scanners know a leaked one. */
export const apiKeyPrefix = "gaia_";

const ownForm = /^gaia_(?<body>[\w-]{43})(?<checksum>[0-9a-f]{8})$/;

/** Random text as a key: behind the prefix, with a checksum by which anybody can tell it from other text. */
export function toApiKey(body: string): string {
  return `${apiKeyPrefix}${body}${checksumOf(body)}`;
}

/**
 * True for what has the form of our keys and a wrong checksum, so that nobody needs to look for it. The original's keys
 * have the prefix too, but any form behind it.
 */
export function isForgedApiKey(secret: string): boolean {
  const { body, checksum } = ownForm.exec(secret)?.groups ?? {};
  return body !== undefined && checksumOf(body) !== checksum;
}

function checksumOf(body: string): string {
  return crc32(body).toString(16).padStart(8, "0");
}
