import { type Event, serviceOf, toGaiaError, unavailable } from "@gaia/contracts";
import { createBackground } from "../background.ts";
import type { OperationBinding } from "../binding.ts";
import type { Log } from "../log.ts";
import { deliver } from "./delivery.ts";
import { type Answer, answerRequest, cancelled, readAnswer, tooLarge, waitForAnswer } from "./exchange.ts";
import { maximumPayloadBytes, type Transport } from "./transport.ts";

interface Subscriber {
  readonly event: Event;
  readonly handle: (payload: never) => void | Promise<void>;
  readonly group: string | undefined;
}

/** Transport inside one process. Everything passes through JSON, so that both transports carry the same values. */
export function createLocalTransport({ log }: { readonly log: Log }): Transport {
  const bindingsByName = new Map<string, OperationBinding>();
  const subscribersBySubject = new Map<string, Set<Subscriber>>();
  const background = createBackground(log);
  let closed = false;

  return {
    async call(operation, caller, input, options = {}) {
      const binding = bindingsByName.get(operation.name);
      if (options.signal?.aborted === true) throw cancelled();
      if (binding === undefined || closed) throw unavailable(serviceOf(operation));
      const request = throughJson({ caller, input });
      const work = answerRequest(binding, request, log, options.signal).then(answerThroughJson);
      background.run(operation.name, work);
      return readAnswer(operation, await waitForAnswer(operation, options, work));
    },
    async serve(bindings) {
      for (const binding of bindings) bindingsByName.set(binding.contract.name, binding);
    },
    publish(event, payload) {
      const subscribers = [...(subscribersBySubject.get(event.subject) ?? [])];
      if (subscribers.length > 0 && !closed) background.run(event.subject, deliverToAll(subscribers, payload));
    },
    async subscribe(event, handle, { group } = {}) {
      const subscriber: Subscriber = { event, handle, group };
      const subscribers = subscribersBySubject.get(event.subject) ?? new Set<Subscriber>();
      subscribersBySubject.set(event.subject, subscribers.add(subscriber));
      return {
        stop: async () => {
          subscribers.delete(subscriber);
        },
      };
    },
    onMissedEvents: () => undefined,
    state: () => "not_used",
    ping: async () => 0,
    async close() {
      closed = true;
      await background.drain();
    },
  };

  async function deliverToAll(subscribers: readonly Subscriber[], payload: unknown): Promise<void> {
    const text = toJson(payload);
    // The publisher has gone on before anybody hears of it, as over a network.
    await Promise.resolve();
    await Promise.all(
      oneOfEachGroup(subscribers).map(({ event, handle }) => deliver(event, handle, JSON.parse(text), log)),
    );
  }
}

function toJson(value: unknown): string {
  const text = JSON.stringify(value);
  // No character takes more than three bytes, so most values need no counting.
  if (text.length > maximumPayloadBytes / 3 && Buffer.byteLength(text) > maximumPayloadBytes) throw tooLarge();
  return text;
}

function throughJson<T>(value: T): T {
  return JSON.parse(toJson(value)) as T;
}

function answerThroughJson(answer: Answer): Answer {
  try {
    return throughJson(answer);
  } catch (error) {
    return throughJson({ error: toGaiaError(error).toWire() });
  }
}

function oneOfEachGroup(subscribers: readonly Subscriber[]): Subscriber[] {
  const grouped = Map.groupBy(subscribers, ({ group }) => group);
  const single = grouped.get(undefined) ?? [];
  grouped.delete(undefined);
  const chosen = [...grouped.values()].map((members) => members[Math.floor(Math.random() * members.length)]);
  return [...single, ...chosen.filter((member) => member !== undefined)];
}
