import { expect, test } from "vitest";
import { createRefreshTokenKey, encodeRefreshToken, parseRefreshToken } from "./refresh-token.ts";

const sessionId = "7b1d0000-0000-4000-8000-00000000abcd";
const key = createRefreshTokenKey();

test.each([0, 1, 127, 128, 300, 16_384, 2 ** 31, 2 ** 40])("a refresh token says that it is the %ith", (counter) => {
  const claim = parseRefreshToken(encodeRefreshToken(key, sessionId, counter));

  expect(claim).toMatchObject({ sessionId, counter });
  expect(claim?.isSignedBy(key)).toBe(true);
  expect(claim?.isSignedBy(createRefreshTokenKey())).toBe(false);
});

test("a refresh token with any bit changed is none", () => {
  const bytes = Buffer.from(encodeRefreshToken(key, sessionId, 300), "base64url");

  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    const changed = Buffer.from(bytes);
    changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    expect(parseRefreshToken(changed.toString("base64url"))).toBeUndefined();
  }
});

test("a refresh token has the format of Supabase Auth's", () => {
  const token = encodeRefreshToken("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8", sessionId, 1);

  expect(Buffer.from(token, "base64url").toString("hex")).toMatch(/^007b1d0000000040008000[0-9a-f]{12}01[0-9a-f]{40}$/);
});
