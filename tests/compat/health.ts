import { describe, expect, test } from "vitest";
import { jsonOf } from "../topology/requests.ts";
import type { GatewayWorld } from "./gateway.ts";

export function describeHealth({ world, isDistributed }: GatewayWorld): void {
  describe("health", () => {
    test("tells the state of every part, in the order of the contract", async () => {
      const response = await fetch(`${world().url}/health`);
      expect(response.status).toBe(200);
      const health = await jsonOf(response);
      expect(Object.keys(health)).toEqual([
        "status",
        "timestamp",
        "version",
        "services",
        "database",
        "redis",
        "supabase",
        "nats",
      ]);
      const healthy = { status: "healthy", response_time: expect.any(Number) };
      expect(health).toMatchObject({
        status: "healthy",
        timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        version: "0.2.0",
        services: { auth: healthy, asset: healthy, chat: healthy, kb: healthy },
        database: { ...healthy, database: "postgresql", responsive: true },
        redis: { status: "not_configured", connected: false },
        supabase: { status: "not_configured", service: "supabase", url: null, responsive: false },
        nats: isDistributed ? { status: "healthy", connected: true } : { status: "not_configured", connected: false },
      });
    });

    test("says alive and ready", async () => {
      expect(await jsonOf(await fetch(`${world().url}/health/live`))).toEqual({ status: "alive" });
      expect(await jsonOf(await fetch(`${world().url}/health/ready`))).toEqual({ status: "ready" });
    });
  });
}
