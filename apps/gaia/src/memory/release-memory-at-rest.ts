import { performance } from "node:perf_hooks";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createMemoryRelease } from "./memory-release.ts";

const lookEveryMs = 10_000;

/**
 * Gives memory back some seconds after a burst. V8 collects when memory is asked for, so a process that rests would
 * keep what its last requests took.
 */
export function releaseMemoryAtRest(): void {
  let last = performance.eventLoopUtilization();
  const look = createMemoryRelease({
    footprint() {
      const { heapTotal, external } = process.memoryUsage();
      return heapTotal + external;
    },
    busyShare() {
      const now = performance.eventLoopUtilization();
      const { utilization } = performance.eventLoopUtilization(now, last);
      last = now;
      return utilization;
    },
    collect: exposeCollector(),
  });
  setInterval(look, lookEveryMs).unref();
}

function exposeCollector(): () => void {
  setFlagsFromString("--expose-gc");
  const collect: NodeJS.GCFunction = runInNewContext("gc");
  // Less than the last resort leaves the heap's empty pages where they are.
  return () => collect({ type: "major", execution: "sync", flavor: "last-resort" });
}
