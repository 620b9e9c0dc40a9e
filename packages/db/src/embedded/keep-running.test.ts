import { expect, test } from "vitest";
import { keepRunning } from "./keep-running.ts";
import type { RunningWorker } from "./start-worker.ts";

test("a worker that ends by itself is reported and started again", async () => {
  const { start, workers, errors, run } = setup();
  const running = await run();
  workers[0]?.end(new Error("aborted"));
  await expect.poll(() => start.count).toBe(2);
  expect(errors).toEqual(["aborted"]);

  await running.stop();
  expect(start.count).toBe(2);
});

test("a start that fails is tried again", async () => {
  const { start, workers, errors, run } = setup({ failures: 2 });
  const running = await run();
  workers[0]?.end(new Error("aborted"));
  await expect.poll(() => workers.length).toBe(2);
  expect(start.count).toBe(4);
  expect(errors).toEqual(["aborted", "no memory", "no memory"]);
  await running.stop();
});

test("a first start that fails is the caller's to know", async () => {
  const onError = (): void => undefined;
  const start = (): Promise<RunningWorker> => Promise.reject(new Error("no memory"));
  await expect(keepRunning({ start, onError, firstPauseMs: 1 })).rejects.toThrow("no memory");
});

test("stopping between two starts ends it", async () => {
  const { start, workers, errors, run } = setup({ firstPauseMs: 60_000 });
  const running = await run();
  workers[0]?.end(new Error("aborted"));
  await expect.poll(() => errors).toEqual(["aborted"]);
  await running.stop();
  expect(start.count).toBe(1);
});

interface TestWorker extends RunningWorker {
  end(reason: Error): void;
}

function setup({ failures = 0, firstPauseMs = 1 } = {}): {
  start: { count: number };
  workers: TestWorker[];
  errors: string[];
  run: () => ReturnType<typeof keepRunning>;
} {
  const start = { count: 0 };
  const workers: TestWorker[] = [];
  const errors: string[] = [];
  const startWorker = (): Promise<RunningWorker> => {
    start.count += 1;
    if (start.count > 1 && start.count <= 1 + failures) return Promise.reject(new Error("no memory"));
    const worker = createWorker();
    workers.push(worker);
    return Promise.resolve(worker);
  };
  const onError = (error: Error): void => {
    errors.push(error.message);
  };
  return { start, workers, errors, run: () => keepRunning({ start: startWorker, onError, firstPauseMs }) };
}

function createWorker(): TestWorker {
  const { promise: ended, resolve: end } = Promise.withResolvers<Error>();
  return {
    ended,
    end,
    stop: () => {
      end(new Error("stopped"));
      return Promise.resolve();
    },
  };
}
