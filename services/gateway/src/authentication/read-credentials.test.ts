import { createHash } from "node:crypto";
import { toApiKey } from "@gaia/kit/api-key-form";
import { describe, expect, test } from "vitest";
import { readCredentials } from "./read-credentials.ts";

const hash = (text: string) => createHash("sha256").update(text).digest("hex");

describe("credentials in the headers", () => {
  test.each([
    ["nothing", {}, null, null],
    ["a key", { "X-API-Key": "key-1" }, "key-1", null],
    ["a key with blanks around it", { "x-api-key": "  key-1\t" }, "key-1", null],
    ["an empty key", { "x-api-key": "" }, null, null],
    ["a repeated key, of which the first counts", { "x-api-key": "key-1, key-2" }, "key-1", null],
    ["a Bearer token", { authorization: "Bearer token-1" }, null, "token-1"],
    ["a Bearer token in any case", { Authorization: "bEARER token-1" }, null, "token-1"],
    ["a Bearer token behind several blanks", { authorization: "Bearer   token-1" }, null, "token-1"],
    ["a bare Bearer", { authorization: "Bearer" }, null, null],
    ["a Bearer of nothing", { authorization: "Bearer  " }, null, null],
    ["a token without its scheme", { authorization: "token-1" }, null, null],
    ["another scheme", { authorization: "Basic dXNlcjpwYXNz" }, null, null],
    ["both", { authorization: "Bearer token-1", "x-api-key": "key-1" }, "key-1", "token-1"],
  ])("%s", (_what, headers, key, bearer) => {
    expect(readCredentials(new Headers(headers))).toEqual({
      headerKey: key === null ? null : { hash: hash(key), token: null },
      bearer: bearer === null ? null : { hash: hash(bearer), token: null },
    });
  });

  test("keep the case of a key", () => {
    const { headerKey } = readCredentials(new Headers({ "x-api-key": "KEY-1" }));

    expect(headerKey?.hash).not.toBe(hash("key-1"));
  });

  test("keep the token only where it has the form of a JWT, and never show it", () => {
    const { bearer } = readCredentials(new Headers({ authorization: "Bearer aaa.bbb.ccc" }));

    expect(bearer?.token?.reveal()).toBe("aaa.bbb.ccc");
    expect(JSON.stringify(bearer)).not.toContain("aaa");
  });

  test("tell a key whose checksum is wrong from others", () => {
    const key = toApiKey("x".repeat(43));
    const shown = (text: string) =>
      readCredentials(new Headers({ "x-api-key": text, authorization: `Bearer ${text}` }));

    for (const credential of Object.values(shown(`gaia_${"y".repeat(43)}${key.slice(-8)}`)))
      expect(credential).toHaveProperty("isForged", true);
    for (const text of [key, `${key}0`, "any other key"])
      for (const credential of Object.values(shown(text))) expect(credential).not.toHaveProperty("isForged");
  });

  test("come from no other place", () => {
    const headers = new Headers({ cookie: "api_key=key-1", "x-auth": "key-1", "proxy-authorization": "Bearer key-1" });

    expect(readCredentials(headers)).toEqual({ headerKey: null, bearer: null });
  });
});
