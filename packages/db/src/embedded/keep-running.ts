import { setTimeout as delay } from "node:timers/promises";
import type { RunningWorker } from "./start-worker.ts";

const longestPauseMs = 10_000;

export interface KeepRunningOptions {
  readonly start: () => Promise<RunningWorker>;
  readonly onError: (error: Error) => void;
  readonly firstPauseMs: number;
}

/** Starts a worker and starts it again whenever it ends by itself; rejects when the first start fails. */
export async function keepRunning(options: KeepRunningOptions): Promise<Pick<RunningWorker, "stop">> {
  const stopping = new AbortController();
  let current = await options.start();

  const watch = async (): Promise<void> => {
    for (;;) {
      const reason = await current.ended;
      if (stopping.signal.aborted) return;
      options.onError(reason);
      const next = await startAgain(options, stopping.signal);
      if (!next) return;
      current = next;
    }
  };
  const watched = watch();

  return {
    stop: async () => {
      stopping.abort();
      await current.stop();
      await watched;
    },
  };
}

async function startAgain(options: KeepRunningOptions, stopping: AbortSignal): Promise<RunningWorker | undefined> {
  for (let pauseMs = options.firstPauseMs; !stopping.aborted; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    try {
      await delay(pauseMs, undefined, { signal: stopping });
      const next = await options.start();
      if (!stopping.aborted) return next;
      await next.stop();
    } catch (error) {
      if (!stopping.aborted && error instanceof Error) options.onError(error);
    }
  }
  return undefined;
}
