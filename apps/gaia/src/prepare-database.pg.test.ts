import type { Database } from "@gaia/db";
import { createTestDatabase } from "@gaia/db/testing";
import { type Caller } from "@gaia/contracts";
import { deferCallerSeal } from "@gaia/kit/caller";
import { createLog } from "@gaia/kit/log";
import { describe, expect, onTestFinished, test } from "vitest";
import { readGaiaConfig } from "./config.ts";
import { prepareDatabase } from "./prepare-database.ts";

const caller: Caller = { requestId: "request-1", principal: { kind: "guest", permissions: [] } };

/** An empty database, and processes that prepare it. */
async function setup() {
  const { database, drop } = await createTestDatabase({ isMigrated: false });
  onTestFinished(drop);
  const startProcess = async (environment: Record<string, string> = {}, at: Database = database) => {
    const lines: string[] = [];
    const log = await createLog({ level: "info", pretty: false, destination: { write: (line) => lines.push(line) } });
    const seal = deferCallerSeal();
    const platform = { config: readGaiaConfig(environment), database: at, log, seal };
    const preparation = prepareDatabase(platform, environment["GAIA_ENV"] !== "production");
    onTestFinished(() => preparation.stop());
    return { preparation, seal, lines };
  };
  return { database, startProcess };
}

/** The same database behind a network that refuses the first so many questions. */
function unreachable(database: Database, refusals: number): Database {
  let left = refusals;
  return new Proxy(database, {
    get(target, property) {
      if ((property === "pool" || property === "kysely") && left > 0) {
        left -= 1;
        throw Object.assign(new Error("connect ECONNREFUSED 10.0.0.7:5432"), { code: "ECONNREFUSED" });
      }
      return Reflect.get(target, property);
    },
  });
}

describe("preparing the database", () => {
  test("makes the schema, the shared secret and the first key", async () => {
    const { database, startProcess } = await setup();

    const { preparation, seal, lines } = await startProcess();

    expect(preparation.isDone()).toBe(false);
    expect(await preparation.done).toMatchObject({ kind: "development" });
    await preparation.attempted;
    expect(preparation.isDone()).toBe(true);
    expect(seal.open(seal.seal(caller))).toEqual(caller);
    expect(await database.kysely.selectFrom("api_keys").select("name").execute()).toHaveLength(1);
    expect(lines.join("")).toContain("brought up to date");
  });

  test("gives all processes of a database one secret, which no log shows", async () => {
    const { database, startProcess } = await setup();
    const processes = [await startProcess(), await startProcess()];
    await Promise.all(processes.map(({ preparation }) => preparation.done));
    const [first, second] = processes;

    expect(second?.seal.open(first?.seal.seal(caller) ?? "")).toEqual(caller);
    const { value } = await database.kysely.selectFrom("platform_secrets").select("value").executeTakeFirstOrThrow();
    expect(value).toMatch(/^[\w-]{43}$/);
    expect(processes.flatMap(({ lines }) => lines).join("")).not.toContain(value);
  });

  test("takes the operator's secret where there is one, and stores none", async () => {
    const { database, startProcess } = await setup();
    const mine = await startProcess({ GAIA_INTERNAL_SECRET: "chosen by the operator" });
    await mine.preparation.done;

    expect(await database.kysely.selectFrom("platform_secrets").select("name").execute()).toEqual([]);
    expect(mine.seal.open(mine.seal.seal(caller))).toEqual(caller);
  });

  test("leaves the first key to the process that has accounts", async () => {
    const { database, startProcess } = await setup();
    const urls = { NATS_URL: "nats://n.test", DATABASE_URL: "postgresql://db.test/gaia" };

    const { preparation } = await startProcess({ ...urls, GAIA_SERVICES: "chat" });

    expect(await preparation.done).toEqual({ kind: "exists" });
    expect(await database.kysely.selectFrom("api_keys").select("id").execute()).toEqual([]);
  });

  test("in production tells a new administrator's key once", async () => {
    const { startProcess } = await setup();

    const first = await startProcess({ GAIA_ENV: "production" });
    expect(await first.preparation.done).toMatchObject({ kind: "created" });
    const second = await startProcess({ GAIA_ENV: "production" });

    expect(await second.preparation.done).toEqual({ kind: "exists" });
  });

  test("waits for a database that is away, says so once, and goes on when it is there", async () => {
    const { database, startProcess } = await setup();

    const { preparation, seal, lines } = await startProcess({}, unreachable(database, 1));
    await preparation.attempted;

    expect(preparation.isDone()).toBe(false);
    expect(() => seal.seal(caller)).toThrow(expect.objectContaining({ code: "UNAVAILABLE" }));
    expect(await preparation.done).toMatchObject({ kind: "development" });
    expect(lines.filter((line) => line.includes("not reachable yet"))).toHaveLength(1);
  });

  test("stops waiting when it is told to", async () => {
    const { database, startProcess } = await setup();
    const { preparation, lines } = await startProcess({}, unreachable(database, 1000));
    await preparation.attempted;

    preparation.stop();

    await expect(preparation.done).rejects.toMatchObject({ code: "ECONNREFUSED" });
    expect(lines.some((line) => line.includes('"level":"fatal"'))).toBe(false);
  });

  test("does not wait for what waiting cannot mend", async () => {
    const { database, startProcess } = await setup();
    const broken = new Proxy(database, {
      get: (target, property) => {
        if (property === "pool" || property === "kysely") throw new Error("a migration is wrong");
        return Reflect.get(target, property);
      },
    });

    const { preparation, lines } = await startProcess({}, broken);

    await expect(preparation.done).rejects.toThrow("a migration is wrong");
    await expect(preparation.attempted).rejects.toThrow("a migration is wrong");
    expect(lines.join("")).toContain("the database could not be prepared");
  });
});
