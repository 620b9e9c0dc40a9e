import { Agent } from "node:http";
import { type Cells, type Contender, smallBody } from "../contenders/contender.ts";
import type { Measurement } from "../../support/rounds.ts";
import { interleave } from "../../support/interleave.ts";
import { send } from "../support/send.ts";
import { percentile, sum } from "../../support/statistics.ts";

// The connection is new in each round; its first requests are not what is measured.
const dropped = 20;

interface Options {
  readonly rounds: number;
  readonly requests: number;
}

/** One request at a time over a kept connection: what a gateway adds to an answer, in microseconds. */
export function measureLatency(contenders: readonly Contender[], { rounds, requests }: Options): Promise<Cells> {
  return interleave(contenders, rounds, (contender) => oneAfterAnother(contender, requests));
}

async function oneAfterAnother(contender: Contender, requests: number): Promise<Measurement> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const samples: number[] = [];
  for (let index = -dropped; index < requests; index += 1) {
    const started = performance.now();
    await send(contender, smallBody, agent);
    if (index >= 0) samples.push((performance.now() - started) * 1000);
  }
  agent.destroy();
  return {
    figures: {
      requestsPerSecond: (samples.length / sum(samples)) * 1_000_000,
      p50Microseconds: percentile(samples, 0.5),
      p99Microseconds: percentile(samples, 0.99),
    },
    problem: null,
  };
}
