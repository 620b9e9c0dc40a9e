import type { Upstream } from "@gaia/kit/http/upstream";
import { describe, expect, test } from "vitest";
import { readGaiaConfig } from "./config.ts";
import type { InnerServiceName } from "./services.ts";
import { createUpstreams, defaultPortOf, findUpstream } from "./upstreams.ts";

const here: Upstream = async () => new Response("here");

function setup(environment: Record<string, string> = {}) {
  const local = new Map<InnerServiceName, Upstream>([["chat", here]]);
  return createUpstreams(readGaiaConfig(environment), local);
}

describe("the way to a service", () => {
  test("is its function where it lives in this process", () => {
    expect(setup().to("chat")).toBe(here);
  });

  test("is its URL elsewhere, and the same every time", async () => {
    const upstreams = setup({ AUTH_SERVICE_URL: "http://127.0.0.1:1/" });

    expect(upstreams.to("auth")).toBe(upstreams.to("auth"));
    await expect(upstreams.to("auth")(new Request("http://gaia.test/health"))).rejects.toMatchObject({
      code: "UNAVAILABLE",
      message: "Service auth unavailable",
    });
    await upstreams.close();
  });

  test("has the original's ports by default", () => {
    expect((["auth", "asset", "chat", "kb"] as const).map(defaultPortOf)).toEqual([8001, 8002, 8003, 8004]);
  });

  test("to what is no inner service is none", async () => {
    for (const name of ["web", "gateway", "nothing", "toString"]) {
      await expect(findUpstream(setup(), name)(new Request("http://gaia.test/"))).rejects.toMatchObject({
        code: "UNAVAILABLE",
      });
    }
  });

  test("closes where nothing was opened", async () => {
    await expect(setup().close()).resolves.toBeUndefined();
  });
});
