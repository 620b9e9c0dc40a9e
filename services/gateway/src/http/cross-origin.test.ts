import { describe, expect, test } from "vitest";
import { createCrossOrigin } from "./cross-origin.ts";

const listed = createCrossOrigin(["http://page.test", "https://other.test"]);
const any = createCrossOrigin(["*"]);

function request(method: string, headers: Record<string, string>): Request {
  return new Request("http://gaia.test/anything", { method, headers });
}

function preflight(origin: string, method: string, more: Record<string, string> = {}): Request {
  return request("OPTIONS", { origin, "access-control-request-method": method, ...more });
}

describe("a preflight", () => {
  test.each([
    ["OPTIONS with origin and method", preflight("http://page.test", "POST"), true],
    ["OPTIONS without a method", request("OPTIONS", { origin: "http://page.test" }), false],
    ["OPTIONS without an origin", request("OPTIONS", { "access-control-request-method": "POST" }), false],
    [
      "any other method",
      request("GET", { origin: "http://page.test", "access-control-request-method": "POST" }),
      false,
    ],
  ])("is %s: %s", (_what, given, expected) => {
    expect(listed.isPreflight(given)).toBe(expected);
  });

  test("of a listed origin is answered as the original did", async () => {
    const response = listed.preflight(
      preflight("http://page.test", "PUT", { "access-control-request-headers": "x-api-key, content-type" }),
    );

    expect(response.status).toBe(200);
    expect(await response.text()).toBe("OK");
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "access-control-allow-origin": "http://page.test",
      "access-control-allow-credentials": "true",
      "access-control-allow-methods": "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT",
      "access-control-allow-headers": "x-api-key, content-type",
      "access-control-max-age": "600",
      vary: "Origin",
    });
  });

  test.each([
    [listed, "http://evil.test", "POST", "Disallowed CORS origin"],
    [listed, "http://page.test.evil.test", "POST", "Disallowed CORS origin"],
    [listed, "http://page.test:81", "POST", "Disallowed CORS origin"],
    [listed, "null", "POST", "Disallowed CORS origin"],
    [listed, "http://page.test", "TRACE", "Disallowed CORS method"],
    [any, "http://page.test", "BREW", "Disallowed CORS method"],
  ])("%# from %s for %s is refused: %s", async (crossOrigin, origin, method, reason) => {
    const response = crossOrigin.preflight(preflight(origin, method));

    expect(response.status).toBe(400);
    expect(await response.text()).toBe(reason);
    expect(response.headers.has("access-control-allow-origin")).toBe(false);
  });

  test("of any origin is answered where all are allowed, with that origin", () => {
    expect(any.preflight(preflight("http://evil.test", "GET")).headers.get("access-control-allow-origin")).toBe(
      "http://evil.test",
    );
  });
});

describe("an answer to a page", () => {
  const decorated = (crossOrigin: typeof listed, origin: string | null, given: Record<string, string> = {}) => {
    const headers = new Headers(given);
    crossOrigin.decorate(request("GET", origin === null ? {} : { origin }), headers);
    return headers;
  };

  test("of a listed origin may be read, with Gaia's own headers", () => {
    const headers = decorated(listed, "https://other.test");

    expect(headers.get("access-control-allow-origin")).toBe("https://other.test");
    expect(headers.get("access-control-allow-credentials")).toBe("true");
    for (const name of ["x-request-id", "x-conversation-id", "retry-after"]) {
      expect(headers.get("access-control-expose-headers")?.split(", ")).toContain(name);
    }
  });

  test("of an origin that is not listed may not be read", () => {
    expect(decorated(listed, "http://evil.test").has("access-control-allow-origin")).toBe(false);
  });

  test("differs by origin, also for caches that see none or another", () => {
    for (const origin of ["http://page.test", "http://evil.test", null])
      expect(decorated(listed, origin).get("vary")).toBe("Origin");
  });

  test("keeps what it varied by before, and says Origin once", () => {
    expect(decorated(listed, "http://page.test", { vary: "Accept-Encoding" }).get("vary")).toBe(
      "Accept-Encoding, Origin",
    );
    expect(decorated(listed, "http://page.test", { vary: "Accept-Encoding, Origin" }).get("vary")).toBe(
      "Accept-Encoding, Origin",
    );
  });
});
