import { Agent } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { type Cells, type Contender, model, smallBody } from "../contenders/contender.ts";
import { attempt, toCell } from "../../support/interleave.ts";
import { residentMemory } from "../../support/process-cost.ts";
import type { Measurement } from "../../support/rounds.ts";
import { send } from "../support/send.ts";

export const burstRequests = 1500;
/** What counts as "returned". */
export const acceptedGrowth = 1.3;

const burstBody = Buffer.from(JSON.stringify({ model, messages: [{ role: "user", content: "x".repeat(150 * 1024) }] }));
const warmUpRequests = 50;
const settleMs = 2000;

interface Burst {
  readonly contender: Contender;
  readonly idle: number;
  readonly peak: number;
  readonly ended: number;
}

/**
 * 1,500 requests of 150 KB at once to a program that has only just started: memory before, at its highest, and after.
 * The programs take the burst one after another and then rest together.
 */
export async function measureBurst(contenders: readonly Contender[], restSeconds: number): Promise<Cells> {
  const measured: (readonly [Contender, Promise<Measurement>])[] = [];
  for (const contender of contenders) {
    const burst = endure(contender);
    measured.push([contender, attempt(async () => rest(await burst, restSeconds))]);
    await burst.catch(() => undefined);
  }
  return new Map(
    await Promise.all(measured.map(async ([{ name }, result]) => [name, toCell([await result])] as const)),
  );
}

async function endure(contender: Contender): Promise<Burst> {
  const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });
  for (let index = 0; index < warmUpRequests; index += 1) await send(contender, smallBody, agent);
  await delay(settleMs);
  const idle = await residentMemory(contender.pid);
  const watch = watchPeak(contender.pid);
  const results = await Promise.allSettled(
    Array.from({ length: burstRequests }, () => send(contender, burstBody, agent)),
  );
  const peak = await watch.stop();
  agent.destroy();
  const failed = results.filter((result) => result.status === "rejected");
  if (failed.length > 0) throw new Error(`${failed.length} of ${burstRequests} failed: ${String(failed[0]?.reason)}`);
  return { contender, idle, peak: Math.max(idle, peak), ended: performance.now() };
}

async function rest({ contender, idle, peak, ended }: Burst, restSeconds: number): Promise<Measurement> {
  let after = await residentMemory(contender.pid);
  let lowest = after;
  let returnedAfter = Number.POSITIVE_INFINITY;
  while (performance.now() - ended < restSeconds * 1000) {
    await delay(500);
    after = await residentMemory(contender.pid);
    lowest = Math.min(lowest, after);
    const isBack = after <= acceptedGrowth * idle;
    if (isBack && returnedAfter === Number.POSITIVE_INFINITY) returnedAfter = (performance.now() - ended) / 1000;
  }
  return { figures: { idle, peak, after, lowest, growth: lowest / idle, returnedAfter }, problem: null };
}

function watchPeak(pid: number): { stop(): Promise<number> } {
  const end = new AbortController();
  const watching = (async () => {
    let peak = 0;
    while (!end.signal.aborted) {
      peak = Math.max(peak, await residentMemory(pid));
      await delay(20);
    }
    return peak;
  })();
  return {
    stop: () => {
      end.abort();
      return watching;
    },
  };
}
