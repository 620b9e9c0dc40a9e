import { chat, notFound } from "@gaia/contracts";
import type { Tables } from "@gaia/db";
import type { Log } from "@gaia/kit/log";
import type { Transport } from "@gaia/kit/transport/transport";
import type { Kysely } from "kysely";
import { followStored } from "./follow-stored.ts";
import { followWriter } from "./follow-writer.ts";
import type { LoggedEvent } from "./logged-event.ts";
import {
  appendBatch,
  endStream,
  findStream,
  insertStream,
  requestCancel,
  type StreamFacts,
} from "./stream-repository.ts";
import { StreamWakeups } from "./stream-wakeups.ts";
import { type StreamStore, StreamWriter } from "./stream-writer.ts";

interface StreamLogDeps {
  readonly kysely: Kysely<Tables>;
  readonly transport: Pick<Transport, "publish" | "subscribe">;
  readonly log: Log;
}

interface Named {
  readonly id: string;
  /** Whose it must be; it is `NOT_FOUND` for everybody else. */
  readonly userId: string;
}

/**
 * Answers under way, kept event by event in PostgreSQL, so that any process can give the rest to whoever lost a
 * connection, and so that a reader who goes away ends nothing.
 */
export interface StreamLog {
  /** Listens for news of other processes; without it followers find them by asking. */
  start(): Promise<void>;
  /** A new stream, stored before its first event; `onCancel` is called when somebody wants it to stop. */
  begin(facts: StreamFacts, onCancel: () => void): Promise<StreamWriter>;
  /** Throws `NOT_FOUND` where there is no such stream of this user. */
  find(named: Named): Promise<void>;
  /** The events behind `after`, as they come; the last one tells an error where the generator died. */
  follow(named: Named & { readonly after: number; readonly signal: AbortSignal }): AsyncIterable<LoggedEvent>;
  /** Asks the generator to stop, wherever it is; false where it is over. `NOT_FOUND` where there is no such stream. */
  cancel(named: Named): Promise<boolean>;
}

export function createStreamLog({ kysely, transport, log }: StreamLogDeps): StreamLog {
  const wakeups = new StreamWakeups();
  const writers = new Map<string, { readonly userId: string; readonly writer: StreamWriter }>();

  const storeOf = (id: string): StreamStore => ({
    append: (batch) => appendBatch(kysely, id, batch),
    end: (ending) => endStream(kysely, id, ending).finally(() => writers.delete(id)),
    announce: (lastSequence, isOver) =>
      transport.publish(chat.streamAppended, { stream_id: id, last_sequence: lastSequence, is_over: isOver }),
  });

  const find = async (named: Named): Promise<void> => {
    if ((await findStream(kysely, named)) === undefined) throw notFound("stream", named.id);
  };

  return {
    find,
    async start() {
      await transport.subscribe(chat.streamAppended, ({ stream_id }) => wakeups.wake(stream_id));
      await transport.subscribe(chat.streamCancelRequested, ({ stream_id }) => writers.get(stream_id)?.writer.cancel());
    },
    async begin(facts, onCancel) {
      await insertStream(kysely, facts);
      const writer = new StreamWriter({ store: storeOf(facts.id), log, onCancel });
      writers.set(facts.id, { userId: facts.userId, writer });
      return writer;
    },
    follow({ id, userId, after, signal }) {
      const own = writers.get(id);
      if (own?.userId === userId) return followWriter(own.writer, { after, signal });
      return followStored({ kysely, wakeups }, { id, userId, after, signal });
    },
    async cancel(named) {
      if (!(await requestCancel(kysely, named))) {
        await find(named);
        return false;
      }
      transport.publish(chat.streamCancelRequested, { stream_id: named.id });
      return true;
    },
  };
}
