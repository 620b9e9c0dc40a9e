import { inspect } from "node:util";
import { ConfigError } from "@gaia/kit/config/load-config";
import { describe, expect, test } from "vitest";
import { configSections, readGaiaConfig } from "./config.ts";

const distributed = { NATS_URL: "nats://n.test:4222", DATABASE_URL: "postgresql://u:p@db.test/gaia" };

function problemsOf(environment: Record<string, string>): string[] {
  try {
    readGaiaConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(({ name, problem }) => `${name}: ${problem}`);
  }
  return [];
}

describe("the settings", () => {
  test("need nothing at all", () => {
    expect(readGaiaConfig({})).toMatchObject({
      GAIA_ENV: "development",
      GAIA_HOST: "127.0.0.1",
      GATEWAY_PORT: 8666,
      WEB_PORT: 8080,
      LOG_LEVEL: "info",
      services: ["gateway", "auth", "chat", "kb", "asset", "web"],
    });
  });

  test.each([
    ["all", ["gateway", "auth", "chat", "kb", "asset", "web"]],
    ["auth", ["auth"]],
    [" chat , auth ", ["auth", "chat"]],
    ["auth-service,kb-service", ["auth", "kb"]],
    ["gateway,auth,chat,kb,asset,web", ["gateway", "auth", "chat", "kb", "asset", "web"]],
  ])("GAIA_SERVICES=%j means %j", (text, services) => {
    expect(readGaiaConfig({ ...distributed, GAIA_SERVICES: text }).services).toEqual(services);
  });

  test("of some services only need what they meet over", () => {
    expect(problemsOf({ GAIA_SERVICES: "auth" })).toEqual([
      "NATS_URL: needed when GAIA_SERVICES is not `all`",
      "DATABASE_URL: needed when GAIA_SERVICES is not `all`",
    ]);
    expect(problemsOf({ ...distributed, GAIA_SERVICES: "auth", NATS_URL: "disabled" })).toHaveLength(1);
    expect(problemsOf({ ...distributed, GAIA_SERVICES: "auth" })).toEqual([]);
  });

  test("tell every problem at once, those between settings too", () => {
    const problems = problemsOf({ GAIA_SERVICES: "chat,caht", GATEWAY_PORT: "high", LOG_LEVEL: "loud" });

    for (const name of ["GAIA_SERVICES", "GATEWAY_PORT", "LOG_LEVEL", "NATS_URL", "DATABASE_URL"]) {
      expect(problems.filter((problem) => problem.startsWith(`${name}:`))).toHaveLength(1);
    }
    expect(problems.join()).toContain("no service named caht");
  });

  test.each([
    ["warning", "warn"],
    ["WARN", "warn"],
    ["critical", "fatal"],
    ["Debug", "debug"],
  ])("LOG_LEVEL=%s is pino's %s", (text, level) => {
    expect(readGaiaConfig({ LOG_LEVEL: text }).LOG_LEVEL).toBe(level);
  });

  test("refuse an address of another kind of database", () => {
    expect(problemsOf({ DATABASE_URL: "mysql://db.test/gaia" })).toEqual(["DATABASE_URL: Not a postgresql:// URL"]);
  });

  test("take `disabled` and nothing for no NATS", () => {
    expect(readGaiaConfig({ NATS_URL: "disabled" }).NATS_URL).toBeUndefined();
    expect(readGaiaConfig({ NATS_URL: " " }).NATS_URL).toBeUndefined();
  });

  test("show no secret", () => {
    const config = readGaiaConfig({
      GAIA_INTERNAL_SECRET: "hunter2-internal",
      REDIS_PASSWORD: "hunter2-redis",
      OPENAI_API_KEY: "hunter2-openai",
    });

    expect(inspect(config, { depth: 9 }) + JSON.stringify(config)).not.toContain("hunter2");
  });

  test("are all documented, once", () => {
    const settings = configSections.flatMap(({ shape }) => Object.entries(shape));

    expect(new Set(settings.map(([name]) => name)).size).toBe(settings.length);
    expect(settings.filter(([, schema]) => (schema.description ?? "") === "").map(([name]) => name)).toEqual([]);
  });
});
