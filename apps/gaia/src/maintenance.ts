import { purgeStreams } from "@gaia/chat";
import { type Database, purgePublishedEvents } from "@gaia/db";
import { defineJob, type Jobs } from "@gaia/kit/jobs/jobs";
import type { Log } from "@gaia/kit/log";
import * as z from "zod";

const purgeEvents = defineJob({
  name: "platform.purge-published-events",
  data: z.object({ olderThanDays: z.int().positive() }),
  retryLimit: 3,
  retryDelaySeconds: 60,
  expireInSeconds: 300,
});

const purgeStreamLog = defineJob({
  name: "chat.purge-streams",
  data: z.object({ olderThanHours: z.int().positive() }),
  retryLimit: 3,
  retryDelaySeconds: 60,
  expireInSeconds: 300,
});

const everyHour = "7 * * * *";
const everyNight = "17 3 * * *";

/** Work that keeps the database small, whichever process does it. */
export async function startMaintenance(deps: {
  readonly jobs: Jobs;
  readonly database: Database;
  readonly log: Log;
}): Promise<void> {
  const { jobs, database, log } = deps;
  await jobs.work(purgeEvents, async ({ olderThanDays }) => {
    const purged = await purgePublishedEvents(database.kysely, olderThanDays);
    log.info({ purged }, "published events were forgotten");
  });
  await jobs.schedule(purgeEvents, everyNight, { olderThanDays: 7 });
  await jobs.work(purgeStreamLog, async ({ olderThanHours }) => {
    const purged = await purgeStreams(database.kysely, olderThanHours * 3600);
    log.info({ purged }, "streams were forgotten");
  });
  await jobs.schedule(purgeStreamLog, everyHour, { olderThanHours: 24 });
}
