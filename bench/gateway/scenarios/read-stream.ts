import { type Agent, request } from "node:http";
import type { Contender } from "../contenders/contender.ts";
import { model } from "../contenders/contender.ts";
import { chunks, stampDigits, stampMark } from "../contenders/mock-stream.ts";
import { monotonicMicroseconds } from "../support/clock.ts";

const body = Buffer.from(
  JSON.stringify({ model, stream: true, messages: [{ role: "user", content: "Say hello, please." }] }),
);

/** When each piece of a stream left the provider and reached the client, in microseconds of the shared clock. */
export interface StreamRecord {
  readonly firstByteAfter: number;
  readonly sentAt: readonly number[];
  readonly receivedAt: readonly number[];
}

/** Reads one stream to its end. Rejects unless it is a 200 with every piece and `[DONE]`. */
export function readStream({ url, headers }: Contender, agent: Agent): Promise<StreamRecord> {
  const { promise, resolve, reject } = Promise.withResolvers<StreamRecord>();
  const started = monotonicMicroseconds();
  const outgoing = request(url, {
    method: "POST",
    agent,
    timeout: 30_000,
    headers: { ...headers, "content-length": String(body.byteLength) },
  });
  outgoing.once("error", reject);
  outgoing.once("timeout", () => outgoing.destroy(new Error("A stream was silent for 30 s")));
  outgoing.once("response", (response) => {
    const reader = new StampReader();
    response.on("data", (piece: Buffer) => reader.take(piece));
    response.once("error", reject);
    response.once("end", () => {
      const { sentAt, receivedAt, firstByteAt, isDone } = reader;
      const isWhole = response.statusCode === 200 && sentAt.length === chunks && isDone;
      if (isWhole) resolve({ sentAt, receivedAt, firstByteAfter: firstByteAt - started });
      else reject(new Error(`status ${response.statusCode}, ${sentAt.length} of ${chunks} chunks`));
    });
  });
  outgoing.end(body);
  return promise;
}

/** Notes when each piece came and what it says about when it left. */
class StampReader {
  firstByteAt = 0;
  isDone = false;
  readonly sentAt: number[] = [];
  readonly receivedAt: number[] = [];
  private held: Buffer = Buffer.alloc(0);

  take(piece: Buffer): void {
    const now = monotonicMicroseconds();
    if (this.firstByteAt === 0) this.firstByteAt = now;
    const bytes = this.held.length === 0 ? piece : Buffer.concat([this.held, piece]);
    // An event that the network cut waits for its rest.
    const end = bytes.lastIndexOf("\n\n") + 2;
    this.held = end < 2 ? bytes : bytes.subarray(end);
    const events = end < 2 ? bytes.subarray(0, 0) : bytes.subarray(0, end);
    for (let mark = events.indexOf(stampMark); mark !== -1; mark = events.indexOf(stampMark, mark + 1)) {
      const digits = mark + stampMark.length;
      this.sentAt.push(Number(events.toString("latin1", digits, digits + stampDigits)));
      this.receivedAt.push(now);
    }
    this.isDone ||= events.includes("[DONE]");
  }
}
