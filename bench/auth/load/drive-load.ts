import { setTimeout as delay } from "node:timers/promises";
import { percentile } from "../../support/statistics.ts";
import { Connection } from "./connection.ts";
import type { Load, LoadResult } from "./load.ts";

/** Sends a load from this process and answers what came back. */
export async function driveLoad(load: Load): Promise<LoadResult> {
  const requests = load.callers.map((caller) => toRequest(load, caller));
  const connections = await Promise.all(
    Array.from({ length: load.connections }, (_, index) =>
      Connection.open(load.origin, load.addresses[index % load.addresses.length] ?? ""),
    ),
  );
  const tally = new Tally();
  const started = performance.now();
  await drive(load, { connections, requests, tally });
  const seconds = (performance.now() - started) / 1000;
  for (const connection of connections) connection.close();
  return { seconds, ...tally.result() };
}

interface Drive {
  readonly connections: readonly Connection[];
  readonly requests: readonly Buffer[];
  readonly tally: Tally;
}

function drive({ pace }: Load, drive: Drive): Promise<void> {
  const { requests } = drive;
  let sent = 0;
  switch (pace.kind) {
    case "once":
      return driveFully(drive, () => requests[sent++]);
    case "full": {
      const end = performance.now() + pace.seconds * 1000;
      return driveFully(drive, () => (performance.now() < end ? requests[sent++ % requests.length] : undefined));
    }
    case "rate":
      return driveAtRate(drive, pace.perSecond, Math.round(pace.perSecond * pace.seconds));
  }
}

/** Each connection sends the next request as soon as it has an answer, until there is none. */
async function driveFully({ connections, tally }: Drive, next: () => Buffer | undefined): Promise<void> {
  await Promise.all(
    connections.map((connection) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      const goOn = () => {
        const request = next();
        if (request === undefined) return resolve();
        const started = performance.now();
        connection.send(request, (status) => {
          tally.add(status, performance.now() - started);
          goOn();
        });
      };
      goOn();
      return promise;
    }),
  );
}

interface Waiting {
  readonly request: Buffer;
  readonly since: number;
}

/** Requests come when they are due. One that finds no connection free waits, and its wait counts. */
async function driveAtRate({ connections, requests, tally }: Drive, perSecond: number, total: number): Promise<void> {
  const { promise: over, resolve } = Promise.withResolvers<void>();
  const free = [...connections];
  const queue: Waiting[] = [];
  let finished = 0;
  const send = (connection: Connection, { request, since }: Waiting) =>
    connection.send(request, (status) => {
      tally.add(status, performance.now() - since);
      finished += 1;
      if (finished === total) resolve();
      const next = queue.shift();
      if (next === undefined) free.push(connection);
      else send(connection, next);
    });

  const gapMs = 1000 / perSecond;
  const started = performance.now();
  for (let index = 0; index < total;) {
    const now = performance.now();
    for (; index < total && started + index * gapMs <= now; index += 1) {
      tally.addLate(now - (started + index * gapMs));
      const waiting = { request: requests[index % requests.length] ?? Buffer.alloc(0), since: performance.now() };
      const connection = free.shift();
      if (connection === undefined) queue.push(waiting);
      else send(connection, waiting);
    }
    await delay(1);
  }
  await over;
}

class Tally {
  readonly #milliseconds: number[] = [];
  readonly #late: number[] = [];
  readonly #byStatus: Record<string, number> = {};
  #broken = 0;

  add(status: number | null, milliseconds: number): void {
    if (status === null) {
      this.#broken += 1;
      return;
    }
    this.#byStatus[status] = (this.#byStatus[status] ?? 0) + 1;
    this.#milliseconds.push(milliseconds);
  }

  addLate(milliseconds: number): void {
    this.#late.push(milliseconds);
  }

  result(): Omit<LoadResult, "seconds"> {
    return {
      answersByStatus: this.#byStatus,
      broken: this.#broken,
      p50Microseconds: percentile(this.#milliseconds, 0.5) * 1000,
      p99Microseconds: percentile(this.#milliseconds, 0.99) * 1000,
      lateP99Microseconds: percentile(this.#late, 0.99) * 1000,
    };
  }
}

function toRequest({ origin, path }: Load, caller: string): Buffer {
  const lines = [`GET ${path} HTTP/1.1`, `host: ${new URL(origin).host}`, ...(caller === "" ? [] : [caller])];
  return Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1");
}
