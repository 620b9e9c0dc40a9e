import { gateway } from "@gaia/contracts";
import { createLog } from "@gaia/kit/log";
import { createLocalTransport } from "@gaia/kit/transport/local";
import { describe, expect, test } from "vitest";
import { checkHealth, type HealthDeps } from "./check-health.ts";

const healthy = async () => new Response("{}");
const away = () => Promise.reject(new Error("connect ECONNREFUSED 10.0.0.7:5432 user gaia"));

async function setup(broken: Partial<HealthDeps> = {}) {
  const transport = createLocalTransport({ log: await createLog({ level: "silent", pretty: false }) });
  const deps: HealthDeps = {
    upstreamTo: () => healthy,
    pingDatabase: async () => 2.5,
    transport,
    isCacheConnected: () => null,
    supabaseUrl: null,
    isReady: () => true,
    now: () => new Date("2026-11-24T12:00:00.000Z"),
    ...broken,
  };
  return { deps, connected: { ...transport, state: () => "connected" as const, ping: async () => 1 } };
}

describe("the health", () => {
  test("of a whole Gaia has every part in the original's order, and what is not there said so", async () => {
    const { deps } = await setup();

    const health = await checkHealth(deps);

    expect(Object.keys(health).slice(0, 6)).toEqual([
      "status",
      "timestamp",
      "version",
      "services",
      "database",
      "redis",
    ]);
    expect(health).toMatchObject({
      status: "healthy",
      timestamp: "2026-11-24T12:00:00.000Z",
      version: "0.2.0",
      database: { status: "healthy", database: "postgresql", responsive: true, response_time: 0.0025 },
      redis: { status: "not_configured", connected: false },
      supabase: { status: "not_configured", url: null },
      nats: { status: "not_configured" },
    });
    expect(Object.keys(health.services)).toEqual(["auth", "asset", "chat", "kb"]);
    expect(health.services["auth"]).toEqual({ status: "healthy", response_time: expect.any(Number) });
    expect(gateway.Health.parse(health)).toEqual(health);
  });

  test.each<[string, Partial<HealthDeps>, gateway.Health["status"], object]>([
    ["a dead database", { pingDatabase: away }, "unhealthy", { database: { status: "unhealthy", responsive: false } }],
    [
      "a disconnected Redis",
      { isCacheConnected: () => false },
      "degraded",
      { redis: { status: "unhealthy", connected: false } },
    ],
    [
      "a connected Redis",
      { isCacheConnected: () => true },
      "healthy",
      { redis: { status: "healthy", connected: true } },
    ],
    ["a dead database and Redis", { pingDatabase: away, isCacheConnected: () => false }, "unhealthy", {}],
    [
      "a dead service",
      { upstreamTo: (name) => (name === "kb" ? away : healthy) },
      "degraded",
      { services: { kb: { status: "unhealthy" } } },
    ],
    [
      "a service that answers with an error",
      { upstreamTo: (name) => (name === "kb" ? async () => new Response("", { status: 500 }) : healthy) },
      "degraded",
      { services: { kb: { status: "unhealthy", response_time: expect.any(Number) }, chat: { status: "healthy" } } },
    ],
  ])("with %s", async (_what, broken, status, parts) => {
    const { deps } = await setup(broken);

    expect(await checkHealth(deps)).toMatchObject({ status, ...parts });
  });

  test("with NATS down is degraded, and with NATS up healthy", async () => {
    const { deps, connected } = await setup();

    expect(await checkHealth({ ...deps, transport: connected })).toMatchObject({
      status: "healthy",
      nats: { status: "healthy", response_time: 0.001 },
    });
    expect(await checkHealth({ ...deps, transport: { ...connected, ping: away } })).toMatchObject({
      status: "degraded",
      nats: { status: "unhealthy", connected: false },
    });
  });

  test("names no host, user or driver's text", async () => {
    const { deps, connected } = await setup({ pingDatabase: away, upstreamTo: () => away });

    const text = JSON.stringify(await checkHealth({ ...deps, transport: { ...connected, ping: away } }));

    expect(text).not.toMatch(/ECONNREFUSED|10\.0\.0\.7|user gaia/);
    expect(text).toContain('"error":"not reachable"');
  });

  test("asks all parts at once, so that a slow one costs its own time only", async () => {
    const started: string[] = [];
    const release = Promise.withResolvers<void>();
    const slow = (name: string) => async () => {
      started.push(name);
      await release.promise;
      return new Response("{}");
    };
    const { deps } = await setup({
      upstreamTo: slow,
      pingDatabase: async () => {
        started.push("database");
        await release.promise;
        return 1;
      },
    });

    const health = checkHealth(deps);
    await expect.poll(() => started.toSorted()).toEqual(["asset", "auth", "chat", "database", "kb"]);
    release.resolve();

    expect((await health).status).toBe("healthy");
  });

  test("gives a probe five seconds and the database two", async () => {
    const limits: number[] = [];
    const signals: AbortSignal[] = [];
    const { deps } = await setup({
      upstreamTo:
        () =>
        async ({ signal }) => {
          signals.push(signal);
          return new Response("{}");
        },
      pingDatabase: async (timeoutMs) => limits.push(timeoutMs),
    });

    await checkHealth(deps);

    expect(limits).toEqual([2000]);
    expect(signals).toHaveLength(4);
  });
});
