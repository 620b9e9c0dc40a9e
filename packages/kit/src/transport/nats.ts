import {
  type Caller,
  type Event,
  invalidCredentials,
  type Operation,
  serviceOf,
  toGaiaError,
  unavailable,
  type WireError,
} from "@gaia/contracts";
import { errors, type Msg, type NatsConnection } from "@nats-io/transport-node";
import * as z from "zod";
import { createBackground } from "../background.ts";
import type { OperationBinding } from "../binding.ts";
import type { CallerSeal } from "../caller.ts";
import type { Log } from "../log.ts";
import { deliver } from "./delivery.ts";
import { type Answer, answerRequest, cancelled, readAnswer, timedOut, tooLarge, waitForAnswer } from "./exchange.ts";
import { NatsLink } from "./nats-link.ts";
import { type CallOptions, defaultCallTimeoutMs, maximumPayloadBytes, type Transport } from "./transport.ts";

interface NatsTransportOptions {
  readonly url: string;
  /** Shown in the server's monitoring. */
  readonly name: string;
  readonly seal: CallerSeal;
  readonly log: Log;
}

const RequestEnvelope = z.object({ caller: z.string(), input: z.unknown().optional() });
const AnswerEnvelope = z.union([
  z.object({ error: z.custom<WireError>((value) => typeof value === "object" && value !== null && "code" in value) }),
  z.object({ value: z.unknown().optional() }),
]);

/**
 * Transport between processes, over core NATS: subject `gaia.rpc.<operation>`, one queue group a service. Works from
 * the start without a server, and finds a lost one again by itself.
 */
export async function createNatsTransport({ url, name, seal, log }: NatsTransportOptions): Promise<Transport> {
  const link = new NatsLink({ url, name, log });
  const background = createBackground(log);
  await link.firstAttempt();

  const serveMessage = async (binding: OperationBinding, message: Msg) => {
    const answer = encodeAnswer(await answerMessage(binding, message, { seal, log }));
    const connection = link.connection;
    if (connection === undefined || message.reply === undefined) return;
    const fits = answer.byteLength <= limitOf(connection);
    // Not `message.respond`: the caller may still wait when only our connection was replaced.
    connection.publish(message.reply, fits ? answer : encodeAnswer({ error: tooLarge().toWire() }));
  };

  return {
    async call(operation, caller, input, options = {}) {
      const connection = link.connection;
      if (options.signal?.aborted === true) throw cancelled();
      if (connection === undefined) throw unavailable(serviceOf(operation));
      const request = encode({ caller: seal.seal(caller), input });
      return readAnswer(operation, await requestOver(connection, operation, request, options));
    },
    async serve(bindings) {
      const listening = bindings.map((binding) =>
        link.listen({
          subject: subjectOf(binding.contract),
          queue: serviceOf(binding.contract),
          receive: (message) => background.run(binding.contract.name, serveMessage(binding, message)),
        }),
      );
      await Promise.all(listening);
    },
    publish(event, payload) {
      if (link.connection === undefined) return log.debug({ subject: event.subject }, "no NATS: an event was dropped");
      try {
        link.connection.publish(event.subject, encode(payload));
      } catch (error) {
        log.error({ subject: event.subject, error }, "an event was not published");
      }
    },
    async subscribe(event, handle, { group } = {}) {
      const receive = (message: Msg) => {
        const received = readEvent(event, message, log);
        if (received !== undefined) background.run(event.subject, deliver(event, handle, received, log));
      };
      return { stop: await link.listen({ subject: event.subject, queue: group, receive }) };
    },
    onMissedEvents: (handle) => link.onReturn(() => background.run("missed events", Promise.resolve().then(handle))),
    state: () => (link.connection === undefined ? "disconnected" : "connected"),
    async ping() {
      const started = performance.now();
      await link.roundTrip();
      return performance.now() - started;
    },
    async close() {
      await link.stopListening();
      await background.drain();
      await link.close();
    },
  };
}

async function requestOver(
  connection: NatsConnection,
  operation: Operation,
  request: Uint8Array,
  options: CallOptions,
): Promise<Answer> {
  if (request.byteLength > limitOf(connection)) throw tooLarge();
  const timeout = options.timeoutMs ?? defaultCallTimeoutMs;
  const work = connection.request(subjectOf(operation), request, { timeout }).catch((cause: unknown) => {
    throw cause instanceof errors.TimeoutError ? timedOut(operation, cause) : unavailable(serviceOf(operation), cause);
  });
  const message = await waitForAnswer(operation, options, work);
  return AnswerEnvelope.parse(message.json());
}

async function answerMessage(
  binding: OperationBinding,
  message: Msg,
  { seal, log }: Pick<NatsTransportOptions, "seal" | "log">,
): Promise<Answer> {
  try {
    return await answerRequest(binding, openRequest(message, seal), log);
  } catch (error) {
    return { error: toGaiaError(error).toWire() };
  }
}

function openRequest(message: Msg, seal: CallerSeal): { readonly caller: Caller; readonly input: unknown } {
  const envelope = RequestEnvelope.safeParse(message.json());
  const caller = envelope.success ? seal.open(envelope.data.caller) : null;
  if (caller === null) throw invalidCredentials();
  return { caller, input: envelope.data?.input };
}

function subjectOf({ name }: Operation): string {
  return `gaia.rpc.${name}`;
}

function limitOf(connection: NatsConnection): number {
  return connection.info?.max_payload ?? maximumPayloadBytes;
}

function encode(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}

// A value that JSON cannot carry is the server's mistake; its caller must not wait for the timeout.
function encodeAnswer(answer: Answer): Uint8Array {
  try {
    return encode(answer);
  } catch (error) {
    return encode({ error: toGaiaError(error).toWire() });
  }
}

// The Python system publishes some events as a JSON string that contains JSON.
function readEvent(event: Event, message: Msg, log: Log): unknown {
  try {
    const received = message.json<unknown>();
    return typeof received === "string" ? JSON.parse(received) : received;
  } catch (error) {
    log.warn({ subject: event.subject, error }, "an event was skipped");
    return undefined;
  }
}
