import { describe, expect, test } from "vitest";
import type { GatewayWorld } from "./gateway.ts";

const listed = "http://localhost:8080";
const methods = "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT";

// gateway-auth.md 7.2
export function describeBrowsers({ world }: GatewayWorld): void {
  const preflight = (path: string, origin: string, method: string, headers = "content-type,x-api-key") =>
    fetch(world().url + path, {
      method: "OPTIONS",
      headers: { origin, "access-control-request-method": method, "access-control-request-headers": headers },
    });

  describe("a browser on another origin", () => {
    test.each(["/api/v1/chat", "/v1/models", "/a/path/that/is/unknown"])("may preflight %s", async (path) => {
      const response = await preflight(path, listed, "POST");
      expect(response.status).toBe(200);
      expect(await response.text()).toBe("OK");
      expect(Object.fromEntries(response.headers)).toMatchObject({
        "access-control-allow-origin": listed,
        "access-control-allow-credentials": "true",
        "access-control-allow-methods": methods,
        "access-control-allow-headers": "content-type,x-api-key",
        "access-control-max-age": "600",
        vary: "Origin",
      });
    });

    test("is refused with the reason when its origin is not listed", async () => {
      const response = await preflight("/api/v1/chat", "http://evil.example", "POST");
      expect(response.status).toBe(400);
      expect(await response.text()).toBe("Disallowed CORS origin");
      expect(response.headers.get("content-type")).toContain("text/plain");
      expect(response.headers.get("access-control-allow-origin")).toBeNull();
    });

    test("is refused with the reason when nothing takes its method", async () => {
      const response = await preflight("/api/v1/chat", listed, "BREW");
      expect(response.status).toBe(400);
      expect(await response.text()).toBe("Disallowed CORS method");
    });

    test("may read answers and errors, with their ids", async () => {
      for (const [path, status] of [
        ["/health/live", 200],
        ["/v1/models", 401],
        ["/nowhere", 404],
      ] as const) {
        const response = await fetch(world().url + path, { headers: { origin: listed } });
        expect(response.status).toBe(status);
        expect(response.headers.get("access-control-allow-origin")).toBe(listed);
        expect(response.headers.get("access-control-allow-credentials")).toBe("true");
        expect(response.headers.get("access-control-expose-headers")).toContain("x-request-id");
        expect(response.headers.get("vary")).toContain("Origin");
      }
    });

    test("gets an answer that it may not read when its origin is not listed", async () => {
      const response = await fetch(`${world().url}/health/live`, { headers: { origin: "http://evil.example" } });
      expect(response.status).toBe(200);
      expect(response.headers.get("access-control-allow-origin")).toBeNull();
      expect(response.headers.get("access-control-allow-credentials")).toBe("true");
      expect(response.headers.get("vary")).toContain("Origin");
    });
  });
}
