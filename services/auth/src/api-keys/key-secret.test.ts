import { crc32 } from "node:zlib";
import { describe, expect, test } from "vitest";
import { createKeySecret, hashKeySecret, shownPrefix } from "./key-secret.ts";

describe("a new key", () => {
  test("has a prefix, 32 random bytes and a checksum that scanners can verify", () => {
    const [, body = "", checksum] = /^gaia_([A-Za-z0-9_-]{43})([0-9a-f]{8})$/.exec(createKeySecret()) ?? [];

    expect(Buffer.from(body, "base64url")).toHaveLength(32);
    expect(checksum).toBe(crc32(body).toString(16).padStart(8, "0"));
  });

  test("is never the same twice", () => {
    expect(new Set(Array.from({ length: 500 }, createKeySecret)).size).toBe(500);
  });

  test("shows of itself no more than tells it apart", () => {
    const secret = createKeySecret();

    expect(shownPrefix(secret)).toBe(secret.slice(0, 9));
    expect(shownPrefix(secret)).toMatch(/^gaia_.{4}$/);
  });
});

test("a key is stored as the lower-case hex SHA-256 of its UTF-8, as the original did", () => {
  expect(hashKeySecret("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  expect(hashKeySecret("ü")).toBe(hashKeySecret("\u00fc"));
  expect(hashKeySecret("FJUeDkZRy0uPp7cYtavMsIfwi7weF9-RT7BeOlusqnE")).toMatch(/^[0-9a-f]{64}$/);
});
