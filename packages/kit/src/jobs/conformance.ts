import { randomUUID } from "node:crypto";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import * as z from "zod";
import { createLog } from "../log.ts";
import { defineJob, type JobDefinition, type Jobs, type SqlExecutor } from "./jobs.ts";
import { createPgBossJobs } from "./pg-boss-jobs.ts";

interface JobsDatabase {
  readonly executor: SqlExecutor;
  /** Rolls back whatever was done in it when the work rejects. */
  readonly inTransaction: (work: (connection: SqlExecutor) => Promise<void>) => Promise<void>;
}

const patience = { timeout: 15_000, interval: 20 };

/** What jobs promise on every kind of database. All tests share the one database that `open` gives. */
export function describeJobs(name: string, open: () => JobsDatabase): void {
  const setup = async () => {
    const lines: string[] = [];
    const log = await createLog({ level: "info", pretty: false, destination: { write: (line) => lines.push(line) } });
    const { executor, inTransaction } = open();
    const process = (): Jobs => {
      const jobs = createPgBossJobs({ executor, log });
      onTestFinished(() => jobs.stop());
      return jobs;
    };
    return { lines, process, inTransaction };
  };

  describe(`jobs on ${name}`, () => {
    test("a job is handled with its data, defaults filled in", async () => {
      const { process } = await setup();
      const [jobs, indexPage] = [process(), job()];
      const handle = vi.fn(async (_data: unknown, _run: unknown) => undefined);
      await jobs.work(indexPage, handle);

      const id = await jobs.enqueue(indexPage, { page: "a" });

      await expect.poll(() => handle.mock.calls, patience).toHaveLength(1);
      expect(handle.mock.calls[0]?.[0]).toEqual({ page: "a", depth: 1 });
      expect(handle.mock.calls[0]?.[1]).toMatchObject({ id, attempt: 1 });
    });

    test("data that does not fit is refused before it is stored", async () => {
      const { process } = await setup();
      const indexPage = { ...job(), data: z.object({ page: z.string().max(1) }) };

      await expect(process().enqueue(indexPage, { page: "too long" })).rejects.toThrow("page");
    });

    test("two processes handle each job once between them", async () => {
      const { process } = await setup();
      const indexPage = job();
      const pages = Array.from({ length: 40 }, (_, index) => `page-${index}`);
      const handled: string[] = [];
      const handle = async ({ page }: { page: string }) => void handled.push(page);
      const [first, second] = [process(), process()];
      await first.work(indexPage, handle, { concurrency: 2 });
      await second.work(indexPage, handle, { concurrency: 2 });

      for (const page of pages) await first.enqueue(indexPage, { page });

      await expect.poll(() => handled.length, patience).toBeGreaterThanOrEqual(pages.length);
      await Promise.all([first.stop(), second.stop()]);
      expect(handled.toSorted()).toEqual(pages.toSorted());
    });

    test("a job that fails is tried again up to its limit, and each failure is logged with its id", async () => {
      const { process, lines } = await setup();
      const [jobs, indexPage] = [process(), job({ retryLimit: 2 })];
      const attempts: number[] = [];
      await jobs.work(indexPage, async (_data, { attempt }) => {
        attempts.push(attempt);
        throw new Error("the disk is full");
      });

      const id = await jobs.enqueue(indexPage, { page: "a" });
      const failures = () =>
        lines.map((line) => z.looseObject({}).parse(JSON.parse(line))).filter(({ jobId }) => jobId === id);

      await expect.poll(failures, patience).toHaveLength(3);
      expect(attempts).toEqual([1, 2, 3]);
      expect(failures().map(({ attempt, isLast }) => [attempt, isLast])).toEqual([
        [1, false],
        [2, false],
        [3, true],
      ]);
    });

    test("a job that succeeds at the second attempt is done", async () => {
      const { process, lines } = await setup();
      const [jobs, indexPage] = [process(), job({ retryLimit: 5 })];
      await jobs.work(indexPage, async (_data, { attempt }) => {
        if (attempt === 1) throw new Error("not yet");
      });

      await jobs.enqueue(indexPage, { page: "a" });

      await expect.poll(() => lines.filter((line) => line.includes("job done")), patience).toHaveLength(1);
    });

    test("one idempotency key makes one job, before and after it was handled", async () => {
      const { process } = await setup();
      const [jobs, indexPage, other] = [process(), job(), job()];
      const handled: string[] = [];
      const handle = async ({ page }: { page: string }) => void handled.push(page);
      const options = { idempotencyKey: "the key" };

      const ids = await Promise.all(["a", "b", "c"].map((page) => jobs.enqueue(indexPage, { page }, options)));
      expect(ids.filter((id) => id !== null)).toHaveLength(1);
      await jobs.work(indexPage, handle);
      await expect.poll(() => handled, patience).toHaveLength(1);
      expect(await jobs.enqueue(indexPage, { page: "d" }, options)).toBeNull();
      expect(await jobs.enqueue(other, { page: "e" }, options)).not.toBeNull();

      await jobs.enqueue(indexPage, { page: "last" });
      await expect.poll(() => handled, patience).toContain("last");
      expect(handled).toHaveLength(2);
    });

    test("a job for later is left alone until then", async () => {
      const { process } = await setup();
      const [jobs, indexPage] = [process(), job()];
      const handled: string[] = [];
      await jobs.enqueue(indexPage, { page: "later" }, { startAfterSeconds: 1 });
      await jobs.enqueue(indexPage, { page: "now" });
      await jobs.work(indexPage, async ({ page }) => void handled.push(page));

      await expect.poll(() => handled, patience).toEqual(["now", "later"]);
    });

    test("jobs survive a stop and are handled after a restart", async () => {
      const { process } = await setup();
      const indexPage = job();
      const [before, after] = [process(), process()];
      await before.enqueue(indexPage, { page: "a" });
      await before.stop();
      const handled: string[] = [];

      await after.work(indexPage, async ({ page }) => void handled.push(page));

      await expect.poll(() => handled, patience).toEqual(["a"]);
    });

    test("stopping waits for what runs", async () => {
      const { process, lines } = await setup();
      const [jobs, indexPage] = [process(), job()];
      const begun = Promise.withResolvers<void>();
      const gate = Promise.withResolvers<void>();
      const stopped = vi.fn<() => void>();
      await jobs.work(indexPage, async () => {
        begun.resolve();
        await gate.promise;
      });
      await jobs.enqueue(indexPage, { page: "a" });
      await begun.promise;

      const stopping = jobs.stop().then(stopped);
      await process().start();
      expect(stopped).not.toHaveBeenCalled();
      gate.resolve();
      await stopping;

      expect(lines.filter((line) => line.includes("job done"))).toHaveLength(1);
    });

    test("a job enqueued in a transaction that is rolled back never was", async () => {
      const { process, inTransaction } = await setup();
      const [jobs, indexPage] = [process(), job()];
      const handled: string[] = [];
      await jobs.work(indexPage, async ({ page }) => void handled.push(page));

      const failing = inTransaction(async (connection) => {
        await jobs.enqueue(indexPage, { page: "rolled back" }, { within: connection });
        throw new Error("and back");
      });
      await expect(failing).rejects.toThrow("and back");
      await inTransaction(async (connection) => {
        await jobs.enqueue(indexPage, { page: "committed" }, { within: connection });
      });

      await expect.poll(() => handled, patience).toEqual(["committed"]);
    });

    test("a schedule is kept in the database, once, with its latest expression", async () => {
      const { process } = await setup();
      const [jobs, indexPage] = [process(), job()];

      await jobs.schedule(indexPage, "*/5 * * * *", { page: "a" });
      await process().schedule(indexPage, "0 3 * * *", { page: "b" });

      const { rows } = await open().executor.query(
        "select cron, timezone, data from gaia_jobs.schedule where name = $1",
        [indexPage.name],
      );
      expect(rows).toEqual([{ cron: "0 3 * * *", timezone: "UTC", data: { page: "b" } }]);
    });

    test("an expression that is no schedule is refused", async () => {
      const { process } = await setup();

      await expect(process().schedule(job(), "every now and then", { page: "a" })).rejects.toThrow("every");
    });

    test("stopping what was never used opens nothing", async () => {
      const log = await createLog({ level: "silent", pretty: false });
      const query = vi.fn<SqlExecutor["query"]>();

      await createPgBossJobs({ executor: { query }, log }).stop();

      expect(query).not.toHaveBeenCalled();
    });
  });
}

// A queue of its own, because the tests share one database.
function job(options: Partial<Pick<JobDefinition, "retryLimit">> = {}) {
  return defineJob({
    name: `kb.test-${randomUUID()}`,
    data: z.object({ page: z.string(), depth: z.number().default(1) }),
    retryLimit: 0,
    retryDelaySeconds: 0,
    expireInSeconds: 60,
    ...options,
  });
}
