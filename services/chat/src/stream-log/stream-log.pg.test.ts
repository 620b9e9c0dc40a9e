import { randomUUID } from "node:crypto";
import { createTestDatabase } from "@gaia/db/testing";
import { createLog } from "@gaia/kit/log";
import { createLocalTransport } from "@gaia/kit/transport/local";
import fc from "fast-check";
import { sql } from "kysely";
import { afterAll, describe, expect, test } from "vitest";
import type { LoggedEvent } from "./logged-event.ts";
import { createStreamLog, type StreamLog } from "./stream-log.ts";
import { appendBatch, insertStream, purgeStreams } from "./stream-repository.ts";

const world = await createTestDatabase();
afterAll(() => world.drop());
const { kysely } = world.database;

/** Two processes on one database, with or without news between them. */
async function setup({ isHeard = true } = {}) {
  const lines: string[] = [];
  const log = await createLog({ level: "warn", pretty: false, destination: { write: (line) => lines.push(line) } });
  const shared = createLocalTransport({ log });
  const deaf = { publish: () => undefined, subscribe: async () => ({ stop: async () => undefined }) };
  const transport = isHeard ? shared : deaf;
  const [here, there] = [createStreamLog({ kysely, transport, log }), createStreamLog({ kysely, transport, log })];
  await Promise.all([here.start(), there.start()]);
  const userId = randomUUID();
  await kysely
    .insertInto("users")
    .values({ id: userId, email: `${userId}@example.test` })
    .execute();
  const facts = (id = randomUUID()) => ({
    id,
    userId,
    apiKeyId: null,
    requestId: "request-1",
    conversationId: null,
    messageId: null,
    dialect: "openai",
  });
  const begin = async (onCancel = () => undefined) => {
    const stream = facts();
    return { id: stream.id, writer: await here.begin(stream, onCancel) };
  };
  const follow = (log_: StreamLog, id: string, after = 0, signal = new AbortController().signal) =>
    log_.follow({ id, userId, after, signal });
  const warned = () => lines.some((line) => line.includes("cannot be kept now"));
  return { here, there, userId, facts, begin, follow, warned };
}

async function collect(events: AsyncIterable<LoggedEvent>): Promise<LoggedEvent[]> {
  const collected: LoggedEvent[] = [];
  for await (const event of events) collected.push(event);
  return collected;
}

const frame = (number: number) => `data: ${number}\n\n`;
const complete = { status: "complete", errorCode: null } as const;
const numbered = (count: number, after = 0) =>
  Array.from({ length: count - after }, (_, index) => ({
    sequence: after + index + 1,
    frame: frame(after + index + 1),
  }));

describe("an answer that is kept", () => {
  test("is the same for who follows from the start, in its process and in another", async () => {
    const { here, there, begin, follow } = await setup();
    const { id, writer } = await begin();
    const [own, other] = [collect(follow(here, id)), collect(follow(there, id))];
    for (let number = 1; number <= 30; number += 1) expect(writer.append(frame(number))).toBe(number);
    await writer.end(complete);

    expect(await own).toEqual(numbered(30));
    expect(await other).toEqual(numbered(30));
  });

  test("is followed in another process that hears nothing of it", async () => {
    const { there, begin, follow } = await setup({ isHeard: false });
    const { id, writer } = await begin();
    const other = collect(follow(there, id));
    writer.append(frame(1));
    await writer.end(complete);

    expect(await other).toEqual(numbered(1));
  });

  test("can be taken up behind any event, without a gap and without anything twice", async () => {
    const { here, there, begin, follow } = await setup();
    const { id, writer } = await begin();
    for (let number = 1; number <= 50; number += 1) writer.append(frame(number));
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 50 }), fc.boolean(), async (after, isElsewhere) => {
        const leaving = new AbortController();
        const events = follow(isElsewhere ? there : here, id, after, leaving.signal);
        const seen: LoggedEvent[] = [];
        if (after < 50) {
          for await (const event of events) {
            seen.push(event);
            if (event.sequence === 50) leaving.abort();
          }
        }
        expect(seen).toEqual(numbered(50, after));
      }),
      { numRuns: 40 },
    );
    await writer.end(complete);
    expect(await collect(follow(there, id, 49))).toEqual(numbered(50, 49));
  });

  test("is nobody else's", async () => {
    const { here, there, begin } = await setup();
    const { id, writer } = await begin();
    const stranger = { id, userId: randomUUID(), after: 0, signal: new AbortController().signal };
    writer.append(frame(1));

    for (const log of [here, there]) {
      await expect(collect(log.follow(stranger))).rejects.toMatchObject({ code: "NOT_FOUND" });
      await expect(log.cancel(stranger)).rejects.toMatchObject({ code: "NOT_FOUND" });
    }
    await writer.end(complete);
  });

  test("goes on when its reader goes away", async () => {
    const { here, begin, follow } = await setup();
    const { id, writer } = await begin();
    const leaving = new AbortController();
    const reading = collect(follow(here, id, 0, leaving.signal));
    writer.append(frame(1));
    leaving.abort();
    await reading;
    writer.append(frame(2));
    await writer.end(complete);

    expect(await collect(follow(here, id))).toEqual(numbered(2));
  });

  test("survives a database that is away for a while", async () => {
    const { there, begin, follow, warned } = await setup();
    const { id, writer } = await begin();
    await sql`alter table chat_stream_events rename to away`.execute(kysely);
    writer.append(frame(1));
    writer.append(frame(2));
    await expect.poll(() => warned()).toBe(true);
    expect(await lastSequenceOf(id)).toBe(0);
    await sql`alter table away rename to chat_stream_events`.execute(kysely);
    writer.append(frame(3));
    await writer.end(complete);

    expect(await collect(follow(there, id))).toEqual(numbered(3));
  });
});

async function lastSequenceOf(id: string): Promise<number> {
  const row = await kysely.selectFrom("chat_streams").select("last_sequence").where("id", "=", id).executeTakeFirst();
  return row?.last_sequence ?? -1;
}

describe("a wish to stop", () => {
  test("reaches the generator from another process", async () => {
    let isStopped = false;
    const { there, userId, begin } = await setup();
    const { id, writer } = await begin(() => void (isStopped = true));
    await there.cancel({ id, userId });

    await expect.poll(() => isStopped).toBe(true);
    await writer.end({ status: "cancelled", errorCode: "CANCELLED" });
    expect(await there.cancel({ id, userId })).toBe(false);
  });

  test("is found in the database by a generator that hears nothing", async () => {
    let isStopped = false;
    const { there, userId, begin } = await setup({ isHeard: false });
    const { id, writer } = await begin(() => void (isStopped = true));
    await there.cancel({ id, userId });

    await expect.poll(() => isStopped, { timeout: 3_000 }).toBe(true);
    await writer.end({ status: "cancelled", errorCode: "CANCELLED" });
  });
});

describe("a generator that died", () => {
  const die = async (id: string) => {
    await appendBatch(kysely, id, { firstSequence: 1, frames: [frame(1)] });
    await kysely
      .updateTable("chat_streams")
      .set({ alive_at: sql`now() - interval '5 seconds'` })
      .where("id", "=", id)
      .execute();
  };

  test("leaves what it said and an error that says so, for every follower alike", async () => {
    const { here, there, facts, follow } = await setup();
    const stream = facts();
    await insertStream(kysely, stream);
    await die(stream.id);

    const [first, second] = await Promise.all([collect(follow(here, stream.id)), collect(follow(there, stream.id))]);
    expect(first[0]).toEqual({ sequence: 1, frame: frame(1) });
    expect(first).toHaveLength(2);
    expect(first[1]?.frame).toContain("stream_interrupted");
    expect(second).toEqual(first);
    expect(await collect(follow(there, stream.id, 1))).toEqual(first.slice(1));
  });
});

test("streams that ended long ago are forgotten, with their events", async () => {
  const { begin } = await setup();
  const { id, writer } = await begin();
  writer.append(frame(1));
  await writer.end(complete);
  await purgeStreams(kysely, 60);
  expect(await kysely.selectFrom("chat_streams").select("id").where("id", "=", id).execute()).toHaveLength(1);
  await kysely
    .updateTable("chat_streams")
    .set({ ended_at: sql`now() - interval '2 minutes'` })
    .where("id", "=", id)
    .execute();
  await purgeStreams(kysely, 60);
  expect(await kysely.selectFrom("chat_stream_events").selectAll().where("stream_id", "=", id).execute()).toEqual([]);
});
