import { randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import { openDatabase } from "@gaia/db";
import { createTestDatabase } from "@gaia/db/testing";
import { defineJob } from "@gaia/kit/jobs/jobs";
import { createPgBossJobs } from "@gaia/kit/jobs/pg-boss-jobs";
import { createLog } from "@gaia/kit/log";
import { expect, onTestFinished, test } from "vitest";
import * as z from "zod";
import { startFaultProxy } from "../support/fault-proxy.ts";

const indexPage = defineJob({
  name: `kb.test-${randomUUID()}`,
  data: z.object({ page: z.string() }),
  retryLimit: 0,
  retryDelaySeconds: 0,
  expireInSeconds: 60,
});

test("workers outlive an outage of the database, and no job is lost in it", async () => {
  const own = await createTestDatabase({ isMigrated: false });
  onTestFinished(() => own.drop());
  const url = own.database.url;
  const proxy = await startFaultProxy({ port: Number(new URL(url).port) });
  onTestFinished(() => proxy.close());
  const database = await openDatabase({ url: proxy.urlFor(url), dataFolder: tmpdir() });
  onTestFinished(() => database.close());
  const jobs = createPgBossJobs({
    executor: database.pool,
    log: await createLog({ level: "silent", pretty: false }),
  });
  onTestFinished(() => jobs.stop());
  const handled: string[] = [];
  await jobs.work(indexPage, async ({ page }) => void handled.push(page));
  await jobs.enqueue(indexPage, { page: "before" });
  await expect.poll(() => handled, { timeout: 10_000 }).toEqual(["before"]);
  await jobs.enqueue(indexPage, { page: "during" }, { startAfterSeconds: 1 });

  await proxy.inject("refuse");
  await expect(jobs.enqueue(indexPage, { page: "refused" })).rejects.toThrow(/ECONNREFUSED|terminated/);
  await proxy.inject("none");

  await jobs.enqueue(indexPage, { page: "after" });
  await expect.poll(() => handled.toSorted(), { timeout: 15_000 }).toEqual(["after", "before", "during"]);
});
