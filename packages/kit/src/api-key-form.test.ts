import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { isForgedApiKey, toApiKey } from "./api-key-form.ts";

const body = () => randomBytes(32).toString("base64url");

describe("an API key", () => {
  test("of ours is never taken for a forgery", () => {
    for (let times = 0; times < 500; times += 1) expect(isForgedApiKey(toApiKey(body()))).toBe(false);
  });

  test("with any letter changed is a forgery", () => {
    const key = toApiKey(body());

    for (let index = "gaia_".length; index < key.length; index += 1) {
      const changed = `${key.slice(0, index)}${key[index] === "a" ? "b" : "a"}${key.slice(index + 1)}`;
      expect(isForgedApiKey(changed)).toBe(true);
    }
  });

  test("made up of the prefix and other text in our form is a forgery", () => {
    expect(isForgedApiKey(`gaia_${"x".repeat(43)}${"0".repeat(8)}`)).toBe(true);
  });

  test.each([
    "FJUeDkZRy0uPp7cYtavMsIfwi7weF9-RT7BeOlusqnE",
    `gaia_local_${"aB3".repeat(10)}xy`,
    `gaia_dev2_${"aB3".repeat(10)}xy`,
    `gaia_pre-prod_${"aB3".repeat(10)}xy`,
    "gaia_my_own_key",
    "gaia_",
    `gaia_${"x".repeat(51)}`,
    `${toApiKey(body())}0`,
    "key",
    "GAIA_key",
    "",
    "a.b.c",
  ])("that the original may have made, such as %j, is none", (secret) => {
    expect(isForgedApiKey(secret)).toBe(false);
  });
});
