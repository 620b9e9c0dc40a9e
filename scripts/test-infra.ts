import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { RunningServer } from "../tests/support/server-process.ts";
import { startNats } from "../tests/support/start-nats.ts";
import { startPostgres } from "../tests/support/start-postgres.ts";
import { startRedis } from "../tests/support/start-redis.ts";

/** Runs the specs that want real servers, on servers of its own: `npm run test:infra -- [vitest's arguments]`. */
const starts = {
  GAIA_TEST_PG_URL: startPostgres,
  GAIA_TEST_NATS_URL: startNats,
  GAIA_TEST_REDIS_URL: startRedis,
};

const interruption = Promise.withResolvers<NodeJS.Signals>();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, interruption.resolve);

const servers: RunningServer[] = [];
try {
  process.exitCode = await runVitest(await startServers());
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await Promise.all(servers.map((server) => server.stop()));
}
// A signal's promise and a stopped child keep nothing alive, but a library might.
process.exit();

async function startServers(): Promise<Record<string, string>> {
  const outcomes = await Promise.allSettled(
    Object.entries(starts).map(async ([variable, start]) => {
      const server = await start();
      servers.push(server);
      return [variable, server.url] as const;
    }),
  );
  const failures = outcomes.filter((outcome) => outcome.status === "rejected");
  if (failures.length > 0) throw new Error(failures.map(({ reason }) => String(reason)).join("\n"));
  return Object.fromEntries(outcomes.filter((outcome) => outcome.status === "fulfilled").map(({ value }) => value));
}

async function runVitest(urls: Record<string, string>): Promise<number> {
  const vitest = fileURLToPath(new URL("../node_modules/vitest/vitest.mjs", import.meta.url));
  const child = spawn(
    process.execPath,
    [vitest, "run", "--config", "vitest.infra.config.ts", ...process.argv.slice(2)],
    { cwd: fileURLToPath(new URL("..", import.meta.url)), stdio: "inherit", env: { ...process.env, ...urls } },
  );
  void interruption.promise.then((signal) => child.kill(signal));
  return exitCodeOf(child);
}

async function exitCodeOf(child: ChildProcess): Promise<number> {
  const [code] = await once(child, "exit");
  return typeof code === "number" ? code : 130;
}
