import { describe, expect, test } from "vitest";
import { requestIdOf } from "./request-id.ts";

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

describe("the request id", () => {
  test.each(["request-1", "0123456789abcdef", "a.b_c-D9", "x".repeat(128)])(
    "is the caller's where that is harmless: %s",
    (given) => {
      expect(requestIdOf(new Headers({ "x-request-id": given }))).toBe(given);
    },
  );

  test.each(["short", "x".repeat(129), "with blank", '"><script>', "a,b,c,d,e,f", "%0d%0aset-cookie", "ééééééééé"])(
    "is a new one where it is not: %s",
    (given) => {
      expect(requestIdOf(new Headers({ "x-request-id": given }))).toMatch(uuid);
    },
  );

  test("is another one for each request without", () => {
    const [first, second] = [requestIdOf(new Headers()), requestIdOf(new Headers())];

    expect(first).toMatch(uuid);
    expect(second).not.toBe(first);
  });
});
