import { allEvents, type Event } from "@gaia/contracts";
import type { Log } from "@gaia/kit/log";
import type { Transport } from "@gaia/kit/transport/transport";
import { type Kysely, sql } from "kysely";
import type { Tables } from "../tables.gen.ts";

type OutboxTable = Kysely<Tables>;

interface RelayDeps {
  readonly kysely: Kysely<Tables>;
  readonly transport: Pick<Transport, "publish" | "state" | "ping">;
  readonly log: Log;
}

export interface OutboxRelay {
  start(): void;
  /** Publishes what is stored and not yet published, one batch; answers how many. */
  relayOnce(): Promise<number>;
  stop(): Promise<void>;
}

// Revocations must be known everywhere within a second, also when another process wrote them.
const pollMs = 400;
const batchSize = 200;

/**
 * Publishes stored events, each at least once and in order within a batch. Several processes may relay at the same
 * time: rows are claimed with `skip locked`. While NATS is away nothing is taken, so nothing is lost.
 */
export function createOutboxRelay({ kysely, transport, log }: RelayDeps): OutboxRelay {
  const eventsBySubject = new Map<string, Event>(allEvents.map((event) => [event.subject, event]));
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  let stopped = false;
  let failing = false;

  const publish = ({ subject, payload }: { readonly subject: string; readonly payload: unknown }): void => {
    const event = eventsBySubject.get(subject);
    if (event === undefined) log.warn({ subject }, "a stored event of an unknown subject was dropped");
    else transport.publish(event, payload);
  };

  const relayOnce = async (): Promise<number> => {
    if (transport.state() === "disconnected" || !(await hasUnpublished(kysely))) return 0;
    return kysely.transaction().execute(async (transaction) => {
      const rows = await claim(transaction);
      for (const row of rows) publish(row);
      // What the server has not confirmed stays unpublished and is sent again.
      if (rows.length > 0) await transport.ping();
      await markPublished(
        transaction,
        rows.map(({ id }) => id),
      );
      return rows.length;
    });
  };

  const tick = async (): Promise<void> => {
    try {
      let published = batchSize;
      while (published === batchSize) published = stopped ? 0 : await relayOnce();
      failing = false;
    } catch (error) {
      // One line when it begins, not one every poll for as long as the database is away.
      if (!failing) log.warn({ error }, "stored events cannot be published now");
      failing = true;
    }
  };

  const schedule = (): void => {
    if (stopped) return;
    timer = setTimeout(() => {
      running = tick().finally(schedule);
    }, pollMs);
  };

  return {
    start: schedule,
    relayOnce,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}

/** Forgets published events older than `days`. Answers how many. */
export async function purgePublishedEvents(kysely: OutboxTable, days: number): Promise<number> {
  const { numDeletedRows } = await kysely
    .deleteFrom("event_outbox")
    .where("published_at", "<", sql<Date>`now() - make_interval(days => ${days})`)
    .executeTakeFirst();
  return Number(numDeletedRows);
}

async function hasUnpublished(kysely: OutboxTable): Promise<boolean> {
  const row = await kysely
    .selectFrom("event_outbox")
    .select("id")
    .where("published_at", "is", null)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

async function claim(
  kysely: OutboxTable,
): Promise<{ readonly id: string; readonly subject: string; readonly payload: unknown }[]> {
  return kysely
    .selectFrom("event_outbox")
    .select(["id", "subject", "payload"])
    .where("published_at", "is", null)
    .orderBy("id")
    .limit(batchSize)
    .forUpdate()
    .skipLocked()
    .execute();
}

async function markPublished(kysely: OutboxTable, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await kysely
    .updateTable("event_outbox")
    .set({ published_at: sql`now()`, attempts: sql`attempts + 1` })
    .where("id", "in", ids)
    .execute();
}
