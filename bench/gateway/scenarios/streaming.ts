import { Agent } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import type { Cells, Contender } from "../contenders/contender.ts";
import { chunks, intervalMs } from "../contenders/mock-stream.ts";
import { interleave } from "../../support/interleave.ts";
import { processorTime } from "../../support/process-cost.ts";
import type { Measurement } from "../../support/rounds.ts";
import { percentile } from "../../support/statistics.ts";
import { readStream, type StreamRecord } from "./read-stream.ts";

// Streams begin spread over this time, as users do; all in one instant would measure only the mock's own burst.
const rampMs = 500;
// Of the time from the first to the last piece at the provider; a stream that arrives in less was held back.
const smallestSpread = 0.8;

interface Options {
  readonly rounds: number;
  readonly streams: number;
}

/** Many streams at once: first byte, evenness of the pieces, and whether any stream was held back. */
export function measureStreams(contenders: readonly Contender[], { rounds, streams }: Options): Promise<Cells> {
  return interleave(contenders, rounds, (contender) => readMany(contender, streams));
}

async function readMany(contender: Contender, streams: number): Promise<Measurement> {
  const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });
  const processorBefore = await processorTime(contender.pid);
  const results = await Promise.allSettled(
    Array.from({ length: streams }, async (_, index) => {
      await delay((index / streams) * rampMs);
      return readStream(contender, agent);
    }),
  );
  const processor = (await processorTime(contender.pid)) - processorBefore;
  agent.destroy();
  const records = results.filter((result) => result.status === "fulfilled").map(({ value }) => value);
  const failed = results.filter((result) => result.status === "rejected");
  return {
    figures: { ...figuresOf(records), processorMicroseconds: processor / (streams * chunks) },
    problem: failed.length === 0 ? null : `${failed.length} of ${streams} streams failed: ${String(failed[0]?.reason)}`,
  };
}

function figuresOf(records: readonly StreamRecord[]): Record<string, number> {
  const milliseconds = (values: readonly number[]) => values.map((value) => value / 1000);
  const gaps = milliseconds(records.flatMap(({ receivedAt }) => differences(receivedAt)));
  const transits = milliseconds(
    records.flatMap(({ sentAt, receivedAt }) => receivedAt.map((at, index) => at - (sentAt[index] ?? at))),
  );
  const firstBytes = milliseconds(records.map(({ firstByteAfter }) => firstByteAfter));
  return {
    firstByteP50: percentile(firstBytes, 0.5),
    firstByteP99: percentile(firstBytes, 0.99),
    gapP50: percentile(gaps, 0.5),
    gapP99: percentile(gaps, 0.99),
    transitP50: percentile(transits, 0.5),
    transitP99: percentile(transits, 0.99),
    buffered: records.filter(isBuffered).length,
  };
}

function differences(times: readonly number[]): number[] {
  return times.slice(1).map((time, index) => time - (times[index] ?? time));
}

function isBuffered({ receivedAt }: StreamRecord): boolean {
  const spread = (receivedAt.at(-1) ?? 0) - (receivedAt[0] ?? 0);
  return spread < smallestSpread * (chunks - 1) * intervalMs * 1000;
}
