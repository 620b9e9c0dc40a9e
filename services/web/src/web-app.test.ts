import { describe, expect, test } from "vitest";
import { createWebApp } from "./web-app.ts";

const send = (path: string, gatewayUrl = "http://gateway.test:8666", method = "GET") =>
  createWebApp({ gatewayUrl })(new Request(`http://web.test${path}`, { method }));

describe("the web interface", () => {
  test("answers its health as the original's did", async () => {
    expect(await (await send("/health")).json()).toEqual({
      status: "healthy",
      service: "web",
      gateway_url: "http://gateway.test:8666",
      websocket_enabled: false,
    });
  });

  test("has a page that says where the API is, and that no script may run on", async () => {
    const response = await send("/");
    const page = await response.text();

    expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    expect(page).toContain('href="http://gateway.test:8666/docs"');
    expect(page).toMatch(/<html lang="en">/);
    expect(page).not.toContain("<script");
  });

  test("lets no setting become markup", async () => {
    expect(await (await send("/", 'http://x/"><script>alert(1)</script>')).text()).not.toContain("<script>");
  });

  test.each(["/chat", "/static/app.js"])("has nothing else yet: %s", async (path) => {
    expect((await send(path)).status).toBe(404);
  });
});
