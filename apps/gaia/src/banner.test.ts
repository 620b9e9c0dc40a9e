import { describe, expect, test } from "vitest";
import { renderBanner } from "./banner.ts";
import type { Listening } from "./listeners.ts";

const listening: Listening[] = [
  { name: "gateway", listener: { port: 8666, close: async () => undefined } },
  { name: "web", listener: { port: 18_080, close: async () => undefined } },
];

describe("the banner", () => {
  test("says where each part listens", () => {
    const text = renderBanner(listening, "127.0.0.1", null);

    expect(text).toContain("http://127.0.0.1:8666");
    expect(text).toContain("http://127.0.0.1:18080");
    expect(text).not.toContain("key");
  });

  test.each(["0.0.0.0", "::"])("gives an address that can be opened where it listens on all: %s", (host) => {
    expect(renderBanner(listening, host, null)).toContain("http://localhost:8666");
  });

  test("gives an address that can be opened where it listens on one of IPv6", () => {
    expect(renderBanner(listening, "::1", null)).toContain("http://[::1]:8666");
  });

  test("has the first key and a line to paste, once there is one", () => {
    const created = renderBanner(listening, "127.0.0.1", {
      kind: "created",
      secret: "gaia_secret",
      email: "admin@gaia.local",
    });
    const known = renderBanner(listening, "127.0.0.1", { kind: "development", secret: "well-known" });

    expect(created).toContain("of admin@gaia.local, shown this once");
    expect(created).toContain("curl http://127.0.0.1:8666/v1/chat/completions -H 'Authorization: Bearer gaia_secret'");
    expect(known).toContain("development only");
  });

  test("shows no key where there are keys already, and no line where the gateway is elsewhere", () => {
    expect(renderBanner(listening, "127.0.0.1", { kind: "exists" })).not.toContain("curl");
    expect(renderBanner([], "127.0.0.1", { kind: "created", secret: "s", email: "e" })).not.toContain("curl");
  });
});
