import { atMost, onlyWhen, type Verdict, verdict } from "../support/verdict.ts";
import type { Cells, ContenderName } from "./contenders/contender.ts";
import { intervalMs } from "./contenders/mock-stream.ts";
import type { Results } from "./results.ts";
import { acceptedGrowth } from "./scenarios/memory-burst.ts";

// A difference of two p99 says nothing good when the direct way itself is this uneven: the machine was busy.
const calmLatencyMs = 3;
const calmGapMs = intervalMs + 5;

/** Every bar that this benchmark can judge. */
export function judge({ startMs, latency, throughput, streaming, memory }: Results): Verdict[] {
  const addedP50 = added(latency, "p50Microseconds") / 1000;
  const addedP99 = added(latency, "p99Microseconds") / 1000;
  const busy = throughput.get(64);
  const many = streaming.get(500);
  const speedUp = figure(busy, "gaia", "requestsPerSecond") / figure(busy, "portkey", "requestsPerSecond");
  const addedGap = added(many, "gapP99");
  const buffered = figure(many, "gaia", "buffered");
  const isCalm = figure(latency, "direct", "p99Microseconds") / 1000 <= calmLatencyMs;
  const isCalmStreaming = figure(many, "direct", "gapP99") <= calmGapMs;
  const growth = figure(memory, "gaia", "growth");
  return [
    verdict("start to a served /health, second start ≤ 2 s", `${(startMs / 1000).toFixed(2)} s`, startMs <= 2000),
    verdict("concurrency 1: adds ≤ 0.6 ms at the median", `${addedP50.toFixed(2)} ms`, atMost(addedP50, 0.6)),
    verdict("concurrency 1: adds ≤ 3 ms at p99", `${addedP99.toFixed(2)} ms`, onlyWhen(isCalm, atMost(addedP99, 3))),
    verdict("concurrency 64: ≥ 5 × Portkey's requests/s", `${speedUp.toFixed(1)} ×`, atMost(5, speedUp)),
    verdict(
      "500 streams: adds ≤ 1 ms between chunks at p99",
      `${addedGap.toFixed(2)} ms`,
      onlyWhen(isCalmStreaming, atMost(addedGap, 1)),
    ),
    verdict("500 streams: none buffered", `${buffered} buffered`, atMost(buffered, 0)),
    verdict(
      `1,500 × 150 KB: memory back to ≤ ${acceptedGrowth} × idle`,
      `${growth.toFixed(2)} ×`,
      atMost(growth, acceptedGrowth),
    ),
  ];
}

/** What Gaia adds to the direct way. */
function added(cells: Cells | undefined, name: string): number {
  return figure(cells, "gaia", name) - figure(cells, "direct", name);
}

function figure(cells: Cells | undefined, contender: ContenderName, name: string): number {
  return cells?.get(contender)?.medians[name] ?? Number.NaN;
}
