import { type Agent, type IncomingMessage, request } from "node:http";
import type { Contender } from "../contenders/contender.ts";
import { model } from "../contenders/contender.ts";
import { chunks, stampDigits, stampMark } from "../contenders/mock-stream.ts";
import { monotonicMicroseconds } from "../support/clock.ts";

const body = Buffer.from(JSON.stringify({ model, stream: true, messages: [{ role: "user", content: "Say hello, please." }] }));

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
  outgoing.once("response", (response) => record(response, started).then(resolve, reject));
  outgoing.end(body);
  return promise;
}

function record(response: IncomingMessage, started: number): Promise<StreamRecord> {
  const { promise, resolve, reject } = Promise.withResolvers<StreamRecord>();
  const sentAt: number[] = [];
  const receivedAt: number[] = [];
  let firstByteAfter: number | undefined;
  let held: Buffer = Buffer.alloc(0);
  response.on("data", (piece: Buffer) => {
    const now = monotonicMicroseconds();
    firstByteAfter ??= now - started;
    const bytes = held.length === 0 ? piece : Buffer.concat([held, piece]);
    for (let mark = bytes.indexOf(stampMark); mark !== -1; mark = bytes.indexOf(stampMark, mark + 1)) {
      const digits = bytes.toString("latin1", mark + stampMark.length, mark + stampMark.length + stampDigits);
      if (digits.length < stampDigits) break;
      sentAt.push(Number(digits));
      receivedAt.push(now);
    }
    // An event that the network cut waits for its rest.
    const end = bytes.lastIndexOf("\n\n");
    held = end === bytes.length - 2 ? Buffer.alloc(0) : bytes.subarray(end + 2);
    if (end === bytes.length - 2) isDone = bytes.includes("[DONE]");
  });
  let isDone = false;
  response.once("error", reject);
  response.once("end", () => {
    const isWhole = response.statusCode === 200 && sentAt.length === chunks && isDone && firstByteAfter !== undefined;
    if (isWhole) resolve({ firstByteAfter: firstByteAfter ?? 0, sentAt, receivedAt });
    else reject(new Error(`status ${response.statusCode}, ${sentAt.length} of ${chunks} chunks, ended: ${isDone}`));
  });
  return promise;
}
