import type { Tables } from "@gaia/db";
import type { Log } from "@gaia/kit/log";
import { type Kysely, sql } from "kysely";
import { type UsageRow, usageColumns } from "./usage-row.ts";

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
const columns = sql.join(usageColumns.map((name) => sql.ref(name)));

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

  const writeAll = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting.splice(0, rowsPerInsert);
      await insertBatch(kysely, batch, log).catch((error: unknown) => {
        waiting.unshift(...batch);
        throw error;
      });
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

/** Takes out of the batch what is done with. A row that can never be stored must not hold up the others. */
async function insertBatch(kysely: Kysely<Tables>, batch: UsageRow[], log: Log): Promise<void> {
  try {
    await insertRows(kysely, batch);
  } catch (error) {
    if (!isUnstorable(error)) throw error;
    await insertOneByOne(kysely, batch, log);
  }
}

async function insertOneByOne(kysely: Kysely<Tables>, batch: UsageRow[], log: Log): Promise<void> {
  for (let row = batch[0]; row !== undefined; row = batch[0]) {
    const requestId = row.request_id;
    await insertRows(kysely, [row]).catch((error: unknown) => {
      if (!isUnstorable(error)) throw error;
      log.error({ service: "chat", error, requestId }, "a usage row could not be stored");
    });
    batch.shift();
  }
}

// All rows as one parameter: the database reads that in half the time that a parameter for each value takes it.
async function insertRows(kysely: Kysely<Tables>, rows: readonly UsageRow[]): Promise<void> {
  const source = sql`json_populate_recordset(null::usage_records, ${JSON.stringify(rows)}::json)`;
  await kysely
    .insertInto("usage_records")
    .columns([...usageColumns])
    .expression(sql`select ${columns} from ${source}`)
    .execute();
}

// SQLSTATE classes 22 and 23: the value is refused, today and tomorrow, such as the id of a user who was deleted since.
function isUnstorable(error: unknown): boolean {
  return error instanceof Error && "code" in error && /^2[23]...$/.test(String(error.code));
}
