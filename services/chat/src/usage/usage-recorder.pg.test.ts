import { createLog } from "@gaia/kit/log";
import { describe, expect, test } from "vitest";
import { openChatWorld } from "../testing/open-chat-world.ts";
import { createUsageRecorder } from "./usage-recorder.ts";
import type { UsageRow } from "./usage-row.ts";

const world = await openChatWorld();

async function setup() {
  const base = await world.setup();
  const lines: string[] = [];
  const log = await createLog({ level: "info", pretty: false, destination: { write: (line) => lines.push(line) } });
  const database = { isAway: false, inserts: 0 };
  const kysely = new Proxy(base.kysely, {
    get(target, property) {
      if (property !== "insertInto") return Reflect.get(target, property);
      database.inserts += 1;
      if (!database.isAway) return target.insertInto.bind(target);
      const execute = () => Promise.reject(Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" }));
      return () => ({ columns: () => ({ expression: () => ({ execute }) }) });
    },
  });
  const row = (request_id: string, more: Partial<UsageRow> = {}): UsageRow => ({
    request_id,
    user_id: base.userId,
    outcome: "ok",
    ...more,
  });
  const stored = async () =>
    (await base.usageRows()).map(({ request_id }) => request_id ?? "").toSorted((a, b) => a.localeCompare(b));
  return { recorder: createUsageRecorder({ kysely, log }), database, row, stored, lines };
}

describe("the usage recorder", () => {
  test("writes many rows with one insert", async () => {
    const { recorder, database, row, stored } = await setup();
    for (let index = 0; index < 100; index += 1) recorder.record(row(`r-${index}`));

    await recorder.flush();

    expect(await stored()).toHaveLength(100);
    expect(database.inserts).toBe(1);
  });

  test("writes by itself, soon", async () => {
    const { recorder, row, stored } = await setup();

    recorder.record(row("r-1"));

    await expect.poll(stored, { timeout: 5000 }).toEqual(["r-1"]);
  });

  test("keeps what it could not write while the database is away, and writes it once when it is back", async () => {
    const { recorder, database, row, stored, lines } = await setup();
    database.isAway = true;
    recorder.record(row("r-1"));
    await recorder.flush();
    recorder.record(row("r-2"));
    await recorder.flush();
    expect(await stored()).toEqual([]);
    expect(lines.join("")).toContain("usage rows could not be written yet");

    database.isAway = false;
    await recorder.flush();
    await recorder.flush();

    expect(await stored()).toEqual(["r-1", "r-2"]);
  });

  test("gives up a row that can never be stored, and only that", async () => {
    const { recorder, row, stored, lines } = await setup();
    recorder.record(row("r-1"));
    recorder.record(row("r-2", { user_id: crypto.randomUUID() }));
    recorder.record(row("r-3"));

    await recorder.flush();

    expect(await stored()).toEqual(["r-1", "r-3"]);
    expect(lines.filter((line) => line.includes('"requestId":"r-2"'))).toHaveLength(1);
  });

  test("loses and doubles nothing when flushes overlap", async () => {
    const { recorder, row, stored } = await setup();
    const flushes = [];
    for (let index = 0; index < 30; index += 1) {
      recorder.record(row(`r-${index}`));
      flushes.push(recorder.flush());
    }

    await Promise.all(flushes);

    expect(new Set(await stored()).size).toBe(30);
    expect(await stored()).toHaveLength(30);
  });

  test("has nothing to do without rows", async () => {
    const { recorder, database } = await setup();

    await recorder.flush();

    expect(database.inserts).toBe(0);
  });
});
