import type { Tables } from "@gaia/db";
import { type Kysely, sql } from "kysely";

export type StreamStatus = "running" | "complete" | "failed" | "cancelled";

export interface StreamFacts {
  readonly id: string;
  readonly userId: string;
  readonly apiKeyId: string | null;
  readonly requestId: string;
  readonly conversationId: string | null;
  readonly messageId: string | null;
  readonly dialect: string;
}

/** What a follower must know of a stream beside its events. */
export interface StreamState {
  readonly status: StreamStatus;
  readonly errorCode: string | null;
  readonly lastSequence: number;
  readonly dialect: string;
  readonly requestId: string | null;
  /** Since whoever generates said that it lives; by the database's clock, because others compare it. */
  readonly silentMs: number;
}

export interface Batch {
  readonly firstSequence: number;
  readonly frames: readonly string[];
}

export interface Ending {
  readonly status: Exclude<StreamStatus, "running">;
  readonly errorCode: string | null;
}

type StreamTables = Kysely<Tables>;

export async function insertStream(kysely: StreamTables, facts: StreamFacts): Promise<void> {
  await kysely
    .insertInto("chat_streams")
    .values({
      id: facts.id,
      user_id: facts.userId,
      api_key_id: facts.apiKeyId,
      request_id: facts.requestId,
      conversation_id: facts.conversationId,
      message_id: facts.messageId,
      dialect: facts.dialect,
    })
    .execute();
}

/** Keeps events and says that the generator lives; answers whether somebody wants it to stop. */
export async function appendBatch(kysely: StreamTables, id: string, batch: Batch): Promise<{ isCancelled: boolean }> {
  const last = batch.firstSequence + batch.frames.length - 1;
  const appended =
    batch.frames.length === 0
      ? sql`select 1`
      : sql`insert into chat_stream_events (stream_id, first_sequence, last_sequence, frames)
          values (${id}, ${batch.firstSequence}, ${last}, ${batch.frames}::text[])
          on conflict (stream_id, first_sequence) do nothing`;
  const { rows } = await sql<{ isCancelled: boolean }>`
    with appended as (${appended})
    update chat_streams set alive_at = now(), last_sequence = greatest(last_sequence, ${last})
    where id = ${id}
    returning cancel_requested_at is not null as "isCancelled"
  `.execute(kysely);
  return { isCancelled: rows[0]?.isCancelled ?? false };
}

/** Ends a running stream; false when it was ended already, by whoever took its generator for dead. */
export async function endStream(kysely: StreamTables, id: string, { status, errorCode }: Ending): Promise<boolean> {
  const { numUpdatedRows } = await kysely
    .updateTable("chat_streams")
    .set({ status, error_code: errorCode, ended_at: sql`now()` })
    .where("id", "=", id)
    .where("status", "=", "running")
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Ends a running stream whose generator has been silent for so long; false when it has not. */
export async function endSilentStream(kysely: StreamTables, id: string, silentMs: number): Promise<boolean> {
  const { numUpdatedRows } = await kysely
    .updateTable("chat_streams")
    .set({ status: "failed", error_code: "INTERRUPTED", ended_at: sql`now()` })
    .where("id", "=", id)
    .where("status", "=", "running")
    .where(sql<boolean>`alive_at < now() - make_interval(secs => ${silentMs / 1000})`)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** `undefined` for a stream that is not there, and for one of somebody else. */
export async function findStream(
  kysely: StreamTables,
  { id, userId }: { readonly id: string; readonly userId: string },
): Promise<StreamState | undefined> {
  return kysely
    .selectFrom("chat_streams")
    .select([
      sql<StreamStatus>`status`.as("status"),
      "error_code as errorCode",
      "last_sequence as lastSequence",
      "dialect",
      "request_id as requestId",
      sql<number>`extract(epoch from now() - alive_at)::float8 * 1000`.as("silentMs"),
    ])
    .where("id", "=", id)
    .where("user_id", "=", userId)
    .executeTakeFirst();
}

/** Stored events behind a sequence, in order, a bounded number of rows of them. */
export async function readBatches(kysely: StreamTables, id: string, after: number): Promise<Batch[]> {
  return kysely
    .selectFrom("chat_stream_events")
    .select(["first_sequence as firstSequence", "frames"])
    .where("stream_id", "=", id)
    .where("last_sequence", ">", after)
    .orderBy("first_sequence")
    .limit(100)
    .execute();
}

/** Answers false where there is no such running stream of this user. */
export async function requestCancel(
  kysely: StreamTables,
  { id, userId }: { readonly id: string; readonly userId: string },
): Promise<boolean> {
  const { numUpdatedRows } = await kysely
    .updateTable("chat_streams")
    .set({ cancel_requested_at: sql`coalesce(cancel_requested_at, now())` })
    .where("id", "=", id)
    .where("user_id", "=", userId)
    .where("status", "=", "running")
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Forgets streams that ended, or went silent, longer ago than that. Answers how many. */
export async function purgeStreams(kysely: StreamTables, olderThanSeconds: number): Promise<number> {
  const { numDeletedRows } = await kysely
    .deleteFrom("chat_streams")
    .where(sql<boolean>`coalesce(ended_at, alive_at) < now() - make_interval(secs => ${olderThanSeconds})`)
    .executeTakeFirst();
  return Number(numDeletedRows);
}
