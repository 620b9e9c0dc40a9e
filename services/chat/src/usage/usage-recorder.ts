import type { Tables } from "@gaia/db";
import type { Log } from "@gaia/kit/log";
import type { Kysely } from "kysely";
import type { UsageRow } from "./usage-row.ts";

export interface UsageRecorder {
  /** Takes a row at once and writes it with others within `flushMs`. */
  record(row: UsageRow): void;
  /** Writes what is waiting. */
  flush(): Promise<void>;
}

const flushMs = 100;
const rowsPerInsert = 500;
// About a minute of a busy gateway. While the database is away longer than that, the oldest rows are given up, loudly.
const maximumWaiting = 100_000;

/** Usage of answers that belong to no conversation, written in batches so that a row costs the caller no round trip. */
export function createUsageRecorder({
  kysely,
  log,
}: {
  readonly kysely: Kysely<Tables>;
  readonly log: Log;
}): UsageRecorder {
  let waiting: UsageRow[] = [];
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();

  const write = async (rows: readonly UsageRow[]): Promise<void> => {
    await kysely.insertInto("usage_records").values([...rows]).execute();
  };

  const writeAll = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting.splice(0, rowsPerInsert);
      await write(batch)
        .catch((error: unknown) => writeOneByOne(batch, error))
        .catch((error: unknown) => {
          waiting.unshift(...batch);
          throw error;
        });
    }
  };

  // A row that can never be stored, such as one of a user who was deleted since, must not hold up the others.
  const writeOneByOne = async (batch: UsageRow[], error: unknown): Promise<void> => {
    if (!isUnstorable(error)) throw error;
    for (let row = batch[0]; row !== undefined; row = batch[0]) {
      await write([row]).catch((cause: unknown) => {
        if (!isUnstorable(cause)) throw cause;
        log.error({ service: "chat", error: cause, requestId: row?.request_id }, "a usage row could not be stored");
      });
      batch.shift();
    }
  };

  const flush = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    writing = writing.then(writeAll).catch((error: unknown) => {
      log.error({ service: "chat", error, waiting: waiting.length }, "usage rows could not be written yet");
      schedule(10 * flushMs);
    });
    return writing;
  };

  const schedule = (afterMs: number): void => {
    timer ??= setTimeout(() => void flush(), afterMs).unref();
  };

  return {
    record(row) {
      if (waiting.length >= maximumWaiting) {
        log.error(
          { service: "chat", lost: rowsPerInsert },
          "usage rows were given up: the database is away for too long",
        );
        waiting = waiting.slice(rowsPerInsert);
      }
      waiting.push(row);
      schedule(flushMs);
    },
    flush,
  };
}

// SQLSTATE classes 22 and 23: the value itself is refused, today and tomorrow.
function isUnstorable(error: unknown): boolean {
  return error instanceof Error && "code" in error && /^2[23]...$/.test(String(error.code));
}
