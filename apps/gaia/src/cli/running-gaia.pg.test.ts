import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createTestDatabase, type TestDatabase } from "@gaia/db/testing";
import type { Finding } from "./doctor/finding.ts";
import { afterAll, beforeAll, expect, test, vi } from "vitest";

const execute = promisify(execFile);
const program = fileURLToPath(new URL("main.ts", import.meta.url));
const gaiaProgram = fileURLToPath(new URL("../main.ts", import.meta.url));

let folder: string;
let testDatabase: TestDatabase;
let environment: Record<string, string>;
let gaia: ChildProcess;
let gateway: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gaia-running-"));
  testDatabase = await createTestDatabase();
  const { url, dataFolder, database } = testDatabase;
  // The embedded one is Gaia's from here on.
  if (dataFolder !== undefined) await database.close();
  const place = url === undefined ? { GAIA_HOME: dataFolder ?? folder } : { GAIA_HOME: folder, DATABASE_URL: url };
  environment = { ...place, GATEWAY_PORT: "0", WEB_PORT: "0" };
  gaia = spawn(process.execPath, [gaiaProgram], {
    cwd: folder,
    env: environment,
    stdio: ["ignore", "pipe", "inherit"],
  });
  gateway = await gatewayOf(gaia);
});

afterAll(async () => {
  const ended = once(gaia, "exit");
  gaia.kill("SIGTERM");
  await ended;
  await testDatabase.drop();
  await rm(folder, { recursive: true, force: true });
});

/** The address in the banner. */
async function gatewayOf({ stdout }: ChildProcess): Promise<string> {
  if (stdout === null) throw new Error("no output to read the banner from");
  let url: string | undefined;
  for await (const line of createInterface({ input: stdout })) {
    url = /^ {2}gateway +(http:\S+)$/.exec(line)?.[1];
    if (url !== undefined) break;
  }
  stdout.resume();
  if (url === undefined) throw new Error("Gaia ended before it listened");
  return url;
}

const cli = (...words: readonly string[]) =>
  execute(process.execPath, [program, ...words], { cwd: folder, env: environment });

const statusWith = async (key: string): Promise<number> => {
  const response = await fetch(`${gateway}/api/v1/models`, { headers: { authorization: `Bearer ${key}` } });
  await response.body?.cancel();
  return response.status;
};

/** Only the embedded database has an owner, and only Linux tells which process it is. */
function expectedOwner(): RegExp {
  if (testDatabase.url !== undefined) return /does not exist yet|not in use$/;
  return process.platform === "linux" ? new RegExp(`a running Gaia, process ${gaia.pid}$`) : /a running Gaia/;
}

test("a key made beside a running Gaia opens its gateway until it is revoked", async () => {
  const made = await cli("keys", "create", "--user", "engine@example.org", "--create-user", "--json");
  const { id, key } = JSON.parse(made.stdout);
  expect(await statusWith(key)).toBe(200);

  await cli("keys", "revoke", id);
  // The promise is one second; the rest is for a machine that is busy with other tests.
  await vi.waitFor(async () => expect(await statusWith(key)).toBe(401), { timeout: 5_000, interval: 10 });
});

test("the doctor sees who holds what", async () => {
  const { port } = new URL(gateway);
  const env = { ...environment, GATEWAY_PORT: port };
  const { stdout } = await execute(process.execPath, [program, "doctor", "--json"], { cwd: folder, env });
  const { ok, findings } = JSON.parse(stdout);
  expect(ok).toBe(true);
  expect(findings).toContainEqual({
    check: "gateway port",
    state: "ok",
    detail: `${port} is answered by Gaia (healthy)`,
  });
  expect(findings).toContainEqual({ check: "schema", state: "ok", detail: "up to date" });
  const folderOwner = findings.find(({ check }: Finding) => check === "data folder")?.detail;
  expect(folderOwner).toMatch(expectedOwner());
});
