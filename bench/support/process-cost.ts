import { readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";

// Linux's USER_HZ, the unit of /proc/<pid>/stat whatever the kernel's own clock is.
const ticksPerSecond = 100;

const quietWindowMs = 200;
const quietMicroseconds = 20_000;
const patienceMs = 5000;

/** Resident memory of a process in MiB (Linux). */
export async function residentMemory(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  return Number(kilobytes) / 1024;
}

/** Processor time that a process has used in all its threads, in microseconds (Linux). */
export async function processorTime(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  // The name before may contain spaces; user and system time are the 12th and 13th field after it.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return ((Number(fields[11]) + Number(fields[12])) / ticksPerSecond) * 1_000_000;
}

/** Waits until a process has nothing left to do, or for a few seconds. */
export async function untilQuiet(pid: number): Promise<void> {
  const end = performance.now() + patienceMs;
  for (let before = await processorTime(pid); performance.now() < end;) {
    await delay(quietWindowMs);
    const now = await processorTime(pid);
    if (now - before <= quietMicroseconds) return;
    before = now;
  }
}
