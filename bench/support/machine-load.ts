import { readFile } from "node:fs/promises";

export interface ProcessorTimes {
  readonly idle: number;
  readonly all: number;
}

/** What all processors together have done since the start of the machine (Linux). */
export async function processorTimes(): Promise<ProcessorTimes> {
  const [line = ""] = (await readFile("/proc/stat", "utf8")).split("\n");
  // user, nice, system, idle, iowait, irq, softirq, steal; what follows is part of the first ones.
  const times = line.trim().split(/\s+/).slice(1, 9).map(Number);
  const [, , , idle = 0, waiting = 0] = times;
  return { idle: idle + waiting, all: times.reduce((sum, time) => sum + time, 0) };
}

/** The share of all processors that nobody used meanwhile. */
export async function idleShareSince(before: ProcessorTimes): Promise<number> {
  const now = await processorTimes();
  return (now.idle - before.idle) / (now.all - before.all);
}
