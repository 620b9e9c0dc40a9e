import { createHash } from "node:crypto";
import type { Job, PgBoss } from "pg-boss";
import type { Log } from "../log.ts";
import type { JobDataOf, JobDefinition, JobRun, Jobs, SqlExecutor } from "./jobs.ts";

interface PgBossJobsOptions {
  readonly executor: SqlExecutor;
  readonly log: Log;
}

const schema = "gaia_jobs";
const pollSeconds = 2;
const stopMs = 8_000;

/**
 * Jobs in PostgreSQL's schema `gaia_jobs`, through pg-boss, on connections that are lent. Nothing is loaded or created
 * before the first use.
 */
export function createPgBossJobs({ executor, log }: PgBossJobsOptions): Jobs {
  let starting: Promise<PgBoss> | undefined;
  const queues = new Map<string, Promise<void>>();
  const workersByQueue = new Map<string, string[]>();

  const started = (): Promise<PgBoss> =>
    (starting ??= startBoss(executor, log).catch((error: unknown) => {
      starting = undefined;
      throw error;
    }));

  const openQueue = async (definition: JobDefinition): Promise<PgBoss> => {
    const boss = await started();
    const { name } = definition;
    const opening = queues.get(name) ?? createQueue(boss, definition);
    queues.set(name, opening);
    await opening.catch((error: unknown) => {
      queues.delete(name);
      throw error;
    });
    return boss;
  };

  return {
    async enqueue(definition, data, { idempotencyKey, startAfterSeconds = 0, within } = {}) {
      definition.data.parse(data);
      const boss = await openQueue(definition);
      const id = await boss.send(definition.name, data, {
        startAfter: startAfterSeconds,
        ...(idempotencyKey === undefined ? {} : { id: idFrom(definition.name, idempotencyKey) }),
        ...(within === undefined ? {} : { db: databaseOf(within) }),
      });
      // Workers of this process need not wait for their next poll.
      for (const worker of workersByQueue.get(definition.name) ?? []) boss.notifyWorker(worker);
      return id;
    },
    async work(definition, handle, { concurrency = 1 } = {}) {
      const boss = await openQueue(definition);
      const workers = workersByQueue.get(definition.name) ?? [];
      workersByQueue.set(definition.name, workers);
      const run = (job: Job<object>) => runJob({ definition, handle, job, log });
      for (let index = 0; index < concurrency; index++) workers.push(await startWorker(boss, definition.name, run));
    },
    async schedule(definition, cron, data) {
      definition.data.parse(data);
      const boss = await openQueue(definition);
      await boss.schedule(definition.name, cron, data, { tz: "UTC" });
    },
    async start() {
      await started();
    },
    async stop() {
      const boss = await starting?.catch(() => undefined);
      await boss?.stop({ graceful: true, timeout: stopMs });
    },
  };
}

async function startBoss(executor: SqlExecutor, log: Log): Promise<PgBoss> {
  const { PgBoss } = await import("pg-boss");
  // Rebuilding indexes takes longer than a query of the shared pool may.
  const boss = new PgBoss({ db: databaseOf(executor), schema, reindex: false, registerInstance: false });
  boss.on("error", (error) => log.error({ error }, "jobs: the database failed"));
  boss.on("warning", ({ message, data }) => log.warn({ data }, `jobs: ${message}`));
  return boss.start();
}

function databaseOf(executor: SqlExecutor) {
  return { executeSql: (text: string, values?: unknown[]) => executor.query(text, values) };
}

async function createQueue(boss: PgBoss, definition: JobDefinition): Promise<void> {
  const { name, retryLimit, retryDelaySeconds: retryDelay, expireInSeconds } = definition;
  await boss.createQueue(name, { retryLimit, retryDelay, expireInSeconds });
  // The queue may be older than the definition.
  await boss.updateQueue(name, { retryLimit, retryDelay, expireInSeconds });
}

async function startWorker(boss: PgBoss, queue: string, run: (job: Job<object>) => Promise<void>): Promise<string> {
  const worker = await boss.work<object>(queue, { pollingIntervalSeconds: pollSeconds }, async ([job]) => {
    if (job === undefined) return;
    // Where one job was there may be more: look again after this one, without the pause.
    boss.notifyWorker(worker);
    await run(job);
  });
  return worker;
}

interface RunOptions<T extends JobDefinition> {
  readonly definition: T;
  readonly handle: (data: JobDataOf<T>, run: JobRun) => Promise<void>;
  readonly job: Job<object>;
  readonly log: Log;
}

// What is thrown here makes the queue retry.
async function runJob<T extends JobDefinition>({ definition, handle, job, log }: RunOptions<T>): Promise<void> {
  const attempt = job.retryCount + 1;
  const event = { job: definition.name, jobId: job.id, attempt };
  const startedAt = performance.now();
  const ms = () => Math.round(performance.now() - startedAt);
  try {
    await handle(definition.data.parse(job.data) as JobDataOf<T>, { id: job.id, attempt, signal: job.signal });
    log.info({ ...event, ms: ms() }, "job done");
  } catch (error) {
    log.error({ ...event, ms: ms(), isLast: attempt > definition.retryLimit, error }, "job failed");
    throw error;
  }
}

function idFrom(queue: string, key: string): string {
  const hex = createHash("sha256").update(`${queue}\n${key}`).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
