import type { Measurement } from "../../support/rounds.ts";
import { processorTime, untilQuiet } from "../../support/process-cost.ts";
import { home, type Load } from "../load/load.ts";
import type { LoadProcess } from "../load/start-load-process.ts";

/** What is called, and whose processor time counts. */
export interface Target {
  readonly origin: string;
  readonly pid: number;
}

/** Of Gaia's routes that ask for credentials, the one with the least work of its own. */
export const guardedPath = "/v1/models";

/** Calls as fast as the connections carry it. Any answer but 200 spoils the measurement. */
export async function callFully(
  load: LoadProcess,
  { origin, pid }: Target,
  calls: Pick<Load, "path" | "callers" | "connections" | "pace">,
): Promise<Measurement> {
  const processorBefore = await processorTime(pid);
  const result = await load.run({ ...calls, origin, addresses: [home] });
  // What it puts off until after the answer, it does for the caller all the same.
  await untilQuiet(pid);
  const processor = (await processorTime(pid)) - processorBefore;
  const { "200": good = 0, ...others } = result.answersByStatus;
  const isClean = good > 0 && Object.keys(others).length === 0 && result.broken === 0;
  return {
    figures: {
      perSecond: good / result.seconds,
      p50Microseconds: result.p50Microseconds,
      p99Microseconds: result.p99Microseconds,
      answers: good,
      processorMicroseconds: processor / good,
    },
    problem: isClean ? null : `answers: ${JSON.stringify(result.answersByStatus)}, broken off: ${result.broken}`,
  };
}
