import { createServer } from "node:http";
import { once } from "node:events";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Environment } from "@gaia/kit/config/load-config";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { type CliWorld, createCliWorld, runCli } from "../testing/cli-world.ts";
import { checkClock } from "./check-clock.ts";
import { checkExposure } from "./check-exposure.ts";
import { checkNode } from "./check-node.ts";
import { readGaiaConfig } from "../../config.ts";
import type { Finding } from "./finding.ts";

const freePorts = { GATEWAY_PORT: "0", WEB_PORT: "0" };
// Nobody listens there.
const deadAddress = "127.0.0.1:2";

let world: CliWorld;
beforeAll(async () => {
  world = await createCliWorld();
});
afterAll(() => world.testDatabase.drop());

async function examine(environment: Environment): Promise<{ exitCode: number; findings: Finding[]; text: string }> {
  const { exitCode, stdout } = await runCli(["doctor", "--json"], {
    ...world.environment,
    ...freePorts,
    ...environment,
  });
  return { exitCode, findings: JSON.parse(stdout).findings, text: stdout };
}

/** An HTTP server for one test that gives the same answer to everything. */
async function serveOnce(status: number, body: unknown): Promise<{ readonly url: string; readonly port: number }> {
  const server = createServer((_request, response) => response.writeHead(status).end(JSON.stringify(body)));
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, port };
}

test("a healthy installation passes, and what is not configured says so", async () => {
  const { exitCode, findings } = await examine({});
  expect(exitCode).toBe(0);
  expect(findings).toContainEqual({ check: "schema", state: "ok", detail: "up to date" });
  expect(findings.find(({ check }) => check === "database")?.detail).toMatch(/PostgreSQL \d+, answers in [\d.]+ ms/);
  expect(findings.find(({ check }) => check === "nats")?.detail).toContain("not configured");
  expect(findings.find(({ check }) => check === "models")).toMatchObject({ state: "warn" });
});

test("the text for people says what to do under what is wrong", async () => {
  const { stdout } = await world.run(["doctor"]);
  expect(stdout).toMatch(/^ok {4}node/);
  expect(stdout).toMatch(/\nwarn {2}models .*\n {20}Set ANTHROPIC_API_KEY/);
  expect(stdout).toMatch(/\n\d+ ok, 1 to look at, \d failed\n$/);
});

test("all problems of the settings are listed, and nothing that follows from them is guessed", async () => {
  const { exitCode, findings } = await examine({ GATEWAY_PORT: "x", SUPABASE_URL: "nowhere" });
  expect(exitCode).toBe(1);
  const failed = findings.filter(({ state }) => state === "fail");
  expect(failed.map(({ detail }) => detail.split(":")[0])).toEqual(["SUPABASE_URL", "GATEWAY_PORT"]);
  expect(findings.some(({ check }) => check === "database")).toBe(false);
});

test("looking at a folder without a database creates nothing in it", async () => {
  const folder = await mkdtemp(join(tmpdir(), "gaia-doctor-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const GAIA_HOME = join(folder, "not", "there");
  const { exitCode, findings } = await examine({ GAIA_HOME, DATABASE_URL: "" });
  expect(exitCode).toBe(0);
  expect(findings.find(({ check }) => check === "data folder")?.detail).toContain("does not exist yet");
  expect(await readdir(folder)).toEqual([]);
});

test("something that Gaia cannot write into fails", async () => {
  const folder = await mkdtemp(join(tmpdir(), "gaia-doctor-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const GAIA_HOME = join(folder, "file");
  await writeFile(GAIA_HOME, "");
  const { exitCode, findings } = await examine({ GAIA_HOME, DATABASE_URL: "" });
  expect(exitCode).toBe(1);
  const detail = `${GAIA_HOME} is no folder that this account may write into`;
  expect(findings).toContainEqual(expect.objectContaining({ check: "data folder", state: "fail", detail }));
});

test("servers that are away fail with their names, and no password is shown", async () => {
  const { exitCode, findings, text } = await examine({
    DATABASE_URL: `postgresql://gaia:hidden-one@${deadAddress}/gaia`,
    NATS_URL: `nats://gaia:hidden-two@${deadAddress}`,
    REDIS_URL: `redis://:hidden-three@${deadAddress}`,
    CHAT_SERVICE_URL: `http://${deadAddress}`,
    GAIA_SERVICES: "gateway",
  });
  expect(exitCode).toBe(1);
  const failed = findings.filter(({ state }) => state === "fail");
  expect(failed.map(({ check }) => check)).toEqual(["database", "nats", "redis", "service"]);
  for (const { detail, advice } of failed) {
    expect(detail).toContain("ECONNREFUSED");
    expect(advice).toBeTruthy();
  }
  expect(text).not.toContain("hidden");
});

test("a port that another program has is told from one that Gaia answers", async () => {
  const stranger = await serveOnce(200, { hello: "world" });
  const sibling = await serveOnce(200, { status: "degraded", services: {} });
  const { exitCode, findings } = await examine({ GATEWAY_PORT: `${stranger.port}`, WEB_PORT: `${sibling.port}` });
  expect(exitCode).toBe(1);
  const advice = "Stop that program, or set GATEWAY_PORT to another port";
  const detail = `${stranger.port} is taken by another program`;
  expect(findings).toContainEqual({ check: "gateway port", state: "fail", detail, advice });
  const answered = `${sibling.port} is answered by Gaia (degraded)`;
  expect(findings).toContainEqual({ check: "web port", state: "ok", detail: answered });
});

test("providers are asked for their models, and a refused key is a failure that does not show it", async () => {
  const refusing = await serveOnce(401, { error: { message: "invalid x-api-key", type: "authentication_error" } });
  const serving = await serveOnce(200, { data: [{ id: "one" }, { id: "two" }] });
  const { exitCode, findings, text } = await examine({
    ANTHROPIC_API_KEY: "hidden-anthropic-key",
    ANTHROPIC_BASE_URL: refusing.url,
    OPENAI_API_KEY: "hidden-openai-key",
    OPENAI_BASE_URL: serving.url,
  });
  expect(exitCode).toBe(1);
  const models = findings.filter(({ check }) => check === "models").map(({ state, detail }) => ({ state, detail }));
  expect(models).toEqual([
    {
      state: "fail",
      detail: `anthropic at 127.0.0.1:${refusing.port}: The provider anthropic refused Gaia's credentials`,
    },
    { state: "ok", detail: `openai at 127.0.0.1:${serving.port} lists 2 models` },
  ]);
  expect(text).not.toContain("hidden");
});

test("pending migrations are a warning", async () => {
  const { pool } = world.testDatabase.database;
  const { rows } = await pool.query(
    "delete from gaia_migrations where name = (select max(name) from gaia_migrations) returning *",
  );
  const { findings } = await examine({});
  const [row] = rows;
  await pool.query("insert into gaia_migrations select * from json_populate_record(null::gaia_migrations, $1)", [row]);
  const schema = findings.find(({ check }) => check === "schema");
  expect(schema).toMatchObject({ state: "warn", detail: "1 migration waits" });
});

test("a clock that differs from the database's fails", () => {
  const now = new Date("2026-11-24T12:00:00Z");
  expect(checkClock(now, new Date("2026-11-24T12:00:04Z")).state).toBe("ok");
  expect(checkClock(now, new Date("2026-11-24T12:01:00Z")).state).toBe("fail");
  expect(checkClock(now).detail).toContain("no other clock");
});

test.each([
  ["24.21.0", "ok"],
  ["26.0.0", "warn"],
  ["22.18.0", "warn"],
  ["22.17.9", "fail"],
  ["20.20.2", "fail"],
])("Node %s is %s", (version, state) => {
  expect(checkNode(version).state).toBe(state);
});

test("development mode in the open is a warning", () => {
  const open = readGaiaConfig({ GAIA_HOST: "0.0.0.0", ALLOWED_ORIGINS: "*" });
  expect(checkExposure(open).map(({ state }) => state)).toEqual(["warn", "warn"]);
  expect(checkExposure(readGaiaConfig({ GAIA_HOST: "0.0.0.0", GAIA_ENV: "production" }))).toEqual([]);
  expect(checkExposure(readGaiaConfig({ ALLOWED_ORIGINS: "*" }))).toEqual([]);
});
