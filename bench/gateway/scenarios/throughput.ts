import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { promisify } from "node:util";
import { type Cells, type Contender, smallBody } from "../contenders/contender.ts";
import type { Measurement } from "../../support/rounds.ts";
import { interleave } from "../../support/interleave.ts";
import { processorTime } from "../../support/process-cost.ts";

const autocannon = createRequire(import.meta.url).resolve("autocannon/autocannon.js");
const run = promisify(execFile);

interface Options {
  readonly rounds: number;
  readonly concurrency: number;
  readonly seconds: number;
}

/** As many requests as so many connections carry; the load comes from a process of its own. */
export function measureThroughput(contenders: readonly Contender[], options: Options): Promise<Cells> {
  return interleave(contenders, options.rounds, (contender) => fire(contender, options));
}

interface AutocannonResult {
  readonly duration: number;
  readonly "2xx": number;
  readonly non2xx: number;
  readonly errors: number;
  readonly timeouts: number;
  readonly latency: { readonly p50: number; readonly p99: number };
}

async function fire({ url, headers, pid }: Contender, { concurrency, seconds }: Options): Promise<Measurement> {
  const headerArguments = Object.entries(headers).flatMap(([name, value]) => ["-H", `${name}: ${value}`]);
  const loadArguments = ["-j", "-c", String(concurrency), "-d", String(seconds), "-t", "10", "-m", "POST"];
  const processorBefore = await processorTime(pid);
  const { stdout } = await run(
    process.execPath,
    [autocannon, ...loadArguments, ...headerArguments, "-b", smallBody.toString("utf8"), url.href],
    { timeout: (seconds + 20) * 1000, maxBuffer: 16 * 1_048_576 },
  );
  const processor = (await processorTime(pid)) - processorBefore;
  const result = JSON.parse(stdout) as AutocannonResult;
  const { errors, timeouts, non2xx } = result;
  const isClean = errors + timeouts + non2xx === 0 && result["2xx"] > 0;
  return {
    figures: {
      requestsPerSecond: result["2xx"] / result.duration,
      p50Milliseconds: result.latency.p50,
      p99Milliseconds: result.latency.p99,
      answers: result["2xx"],
      processorMicroseconds: processor / result["2xx"],
    },
    problem: isClean
      ? null
      : `${result["2xx"]} good answers, ${non2xx} bad ones, ${errors} errors, ${timeouts} time-outs`,
  };
}
