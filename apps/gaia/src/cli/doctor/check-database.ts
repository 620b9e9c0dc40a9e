import { type Database, pendingMigrations } from "@gaia/db";
import type { GaiaConfig } from "../../config.ts";
import { describeDatabaseFailure } from "../describe-database-failure.ts";
import { hasDatabase, openConfiguredDatabase } from "../with-database.ts";
import { checkClock } from "./check-clock.ts";
import { fail, type Finding, ok, warn } from "./finding.ts";

const check = "database";
const oldestVersion = 15;

/** Reaches the database and compares its schema and its clock with ours. */
export async function checkDatabase(config: GaiaConfig, now: () => Date): Promise<Finding[]> {
  if (!(await hasDatabase(config))) {
    return [ok(check, "embedded, and not created yet: the first start does that"), checkClock(now())];
  }
  try {
    await using resources = new AsyncDisposableStack();
    const database = resources.adopt(await openConfiguredDatabase(config), (opened) => opened.close());
    return await examine(database, now);
  } catch (error) {
    const reason = describeDatabaseFailure(error) ?? (error instanceof Error ? error.message : String(error));
    return [fail(check, reason, "Gaia answers 503 until this is solved"), checkClock(now())];
  }
}

async function examine(database: Database, now: () => Date): Promise<Finding[]> {
  await database.ping();
  // The first answer also pays for the connection.
  const latencyMs = await database.ping();
  const { rows } = await database.pool.query<{ version: number; clock: Date }>(
    "select current_setting('server_version_num')::int as version, clock_timestamp() as clock",
  );
  const [server] = rows;
  const version = Math.floor((server?.version ?? 0) / 10_000);
  const detail = `${database.kind}, PostgreSQL ${version}, answers in ${latencyMs.toFixed(1)} ms`;
  const reachable =
    version < oldestVersion ? fail(check, detail, `Use PostgreSQL ${oldestVersion} or newer`) : ok(check, detail);
  const remoteClock = database.kind === "postgresql" ? server?.clock : undefined;
  return [reachable, await checkSchema(database), checkClock(now(), remoteClock)];
}

async function checkSchema(database: Database): Promise<Finding> {
  try {
    const { length } = await pendingMigrations(database);
    if (length === 0) return ok("schema", "up to date");
    const detail = `${length} ${length === 1 ? "migration waits" : "migrations wait"}`;
    return warn("schema", detail, "Run `gaia migrate`, or start Gaia: it applies them first");
  } catch (error) {
    const reason = describeDatabaseFailure(error) ?? String(error);
    return fail("schema", reason, "Gaia does not start on it");
  }
}
