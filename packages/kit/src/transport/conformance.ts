import { randomUUID } from "node:crypto";
import { type Caller, defineEvent, defineOperation, GaiaError, isGaiaError } from "@gaia/contracts";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import * as z from "zod";
import { implement } from "../binding.ts";
import { createLog, type Log } from "../log.ts";
import { maximumPayloadBytes, type Transport } from "./transport.ts";

/** Two ends of a transport; inside one process they are the same object. */
export interface TransportEnds {
  readonly client: Transport;
  readonly server: Transport;
}

const caller: Caller = { requestId: "request-1", principal: { kind: "service", name: "gateway" } };
const guest: Caller = { requestId: "request-2", principal: { kind: "guest", permissions: [] } };

/** What every transport promises. */
export function describeTransport(name: string, open: (log: Log) => Promise<TransportEnds>): void {
  const setup = async () => {
    const lines: string[] = [];
    const log = await createLog({ level: "debug", pretty: false, destination: { write: (line) => lines.push(line) } });
    const ends = await open(log);
    onTestFinished(async () => {
      await Promise.all([ends.client.close(), ends.server.close()]);
    });
    return { ...ends, lines };
  };

  describe(`the ${name} transport`, () => {
    test("a call brings the input and the caller there and the answer back", async () => {
      const { client, server } = await setup();
      const operation = addition();
      await server.serve([
        implement(operation, async ({ requestId, principal }, { amount }) => ({
          amount: amount + 1,
          seen: { requestId, principal },
        })),
      ]);

      const answer = await client.call(operation, caller, { amount: 1 });

      expect(answer).toEqual({ amount: 2, seen: caller });
    });

    test("many calls at once get their own answers", async () => {
      const { client, server } = await setup();
      const operation = addition();
      await server.serve([implement(operation, async (_context, { amount }) => ({ amount: amount + 1 }))]);
      const amounts = Array.from({ length: 9 }, (_, index) => index);

      const answers = await Promise.all(amounts.map((amount) => client.call(operation, caller, { amount })));

      expect(answers.map(({ amount }) => amount)).toEqual(amounts.map((amount) => amount + 1));
    });

    test("input that breaks the contract is refused with its issues", async () => {
      const { client, server } = await setup();
      const operation = addition();
      await server.serve([implement(operation, async () => ({ amount: 1 }))]);

      const error = await failureOf(client.call(operation, caller, { amount: 1_000 }));

      expect(error).toMatchObject({ code: "INVALID_INPUT", issues: [{ loc: ["body", "amount"], type: "too_big" }] });
    });

    test("an answer that breaks the contract is INTERNAL and tells nothing", async () => {
      const { client, server } = await setup();
      const operation = addition();
      await server.serve([implement(operation, async () => ({ amount: 123_456 }))]);

      const error = await failureOf(client.call(operation, caller, { amount: 1 }));

      expect(error).toMatchObject({ code: "INTERNAL", message: "Internal server error", issues: undefined });
    });

    test("an error keeps its code, reason, details and time to wait", async () => {
      const { client, server } = await setup();
      const operation = addition();
      const told = { reason: "budget.spent", details: { limit: 5 }, retryAfterSeconds: 7 };
      await server.serve([
        implement(operation, async () => {
          throw new GaiaError("RATE_LIMITED", "Slow down", { ...told, cause: new Error("inner") });
        }),
      ]);

      const error = await failureOf(client.call(operation, caller, { amount: 1 }));

      expect(error.toWire()).toEqual({ code: "RATE_LIMITED", message: "Slow down", ...told });
      expect(error.cause).toBeUndefined();
    });

    test("what a handler did not mean to throw stays with the server", async () => {
      const { client, server } = await setup();
      const operation = addition();
      await server.serve([
        implement(operation, async () => {
          throw new Error("duplicate key in table api_keys");
        }),
      ]);

      const error = await failureOf(client.call(operation, caller, { amount: 1 }));

      expect(error).toMatchObject({ code: "INTERNAL", message: "Internal server error" });
      expect(JSON.stringify(error.toWire())).not.toContain("api_keys");
    });

    test("a caller without the permission is FORBIDDEN", async () => {
      const { client, server } = await setup();
      const operation = addition();
      await server.serve([implement(operation, async () => ({ amount: 1 }))]);

      expect(await failureOf(client.call(operation, guest, { amount: 1 }))).toMatchObject({ code: "FORBIDDEN" });
    });

    test("a call that nobody serves is UNAVAILABLE", async () => {
      const { client } = await setup();

      expect(await failureOf(client.call(addition(), caller, { amount: 1 }))).toMatchObject({ code: "UNAVAILABLE" });
    });

    test("a slow answer is a TIMEOUT", async () => {
      const { client, server } = await setup();
      const { operation, binding, release } = gated();
      await server.serve([binding]);

      const error = await failureOf(client.call(operation, caller, { amount: 1 }, { timeoutMs: 20 }));
      release();

      expect(error).toMatchObject({ code: "TIMEOUT" });
    });

    test("a caller that gives up gets CANCELLED, also when it gave up before", async () => {
      const { client, server } = await setup();
      const { operation, binding, begun, release } = gated();
      await server.serve([binding]);
      const giveUp = new AbortController();
      const options = { signal: giveUp.signal };

      const waiting = failureOf(client.call(operation, caller, { amount: 1 }, options));
      await begun;
      giveUp.abort();

      expect(await waiting).toMatchObject({ code: "CANCELLED" });
      expect(await failureOf(client.call(operation, caller, { amount: 1 }, options))).toMatchObject({
        code: "CANCELLED",
      });
      release();
    });

    test("dates arrive as strings", async () => {
      const { client, server } = await setup();
      const operation = anything();
      const received: unknown[] = [];
      const event = happening();
      await server.serve([implement(operation, async (_context, { value }) => ({ value: [value, new Date(1)] }))]);
      await server.subscribe(event, ({ value }) => void received.push(value));

      const answer = await client.call(operation, caller, { value: new Date(0) });
      client.publish(event, { value: new Date(2) });

      expect(answer.value).toEqual(["1970-01-01T00:00:00.000Z", "1970-01-01T00:00:00.001Z"]);
      await expect.poll(() => received).toEqual(["1970-01-01T00:00:00.002Z"]);
    });

    test("an answer of nothing arrives as nothing", async () => {
      const { client, server } = await setup();
      const operation = defineOperation({
        ...declared(),
        input: z.object({}),
        output: z.undefined(),
      });
      await server.serve([implement(operation, async () => undefined)]);

      expect(await client.call(operation, caller, {})).toBeUndefined();
    });

    test("a request or an answer above the limit is PAYLOAD_TOO_LARGE, and one below is not", async () => {
      const { client, server } = await setup();
      const operation = anything();
      await server.serve([
        implement(operation, async (_context, { value }) => ({
          value: typeof value === "number" ? "x".repeat(value) : 0,
        })),
      ]);
      const call = (value: unknown) => client.call(operation, caller, { value });

      expect(await failureOf(call("x".repeat(maximumPayloadBytes)))).toMatchObject({ code: "PAYLOAD_TOO_LARGE" });
      // Two bytes a letter: what counts is bytes.
      expect(await failureOf(call("é".repeat(maximumPayloadBytes / 2)))).toMatchObject({ code: "PAYLOAD_TOO_LARGE" });
      expect(await failureOf(call(maximumPayloadBytes))).toMatchObject({ code: "PAYLOAD_TOO_LARGE" });
      expect(await call("x".repeat(maximumPayloadBytes - 2_000))).toEqual({ value: 0 });
      expect(await call(maximumPayloadBytes - 2_000)).toEqual({ value: "x".repeat(maximumPayloadBytes - 2_000) });
    });

    test("an event reaches one of each group and everybody without a group", async () => {
      const { client, server } = await setup();
      const event = happening();
      const heard = { group: 0, otherGroup: 0, first: 0, second: 0 };
      await client.subscribe(event, () => void heard.group++, { group: "a" });
      await server.subscribe(event, () => void heard.group++, { group: "a" });
      await server.subscribe(event, () => void heard.otherGroup++, { group: "b" });
      await server.subscribe(event, () => void heard.first++);
      await client.subscribe(event, () => void heard.second++);

      for (let index = 0; index < 20; index++) client.publish(event, { value: index });
      await client.ping();
      await server.ping();

      await expect.poll(() => heard).toEqual({ group: 20, otherGroup: 20, first: 20, second: 20 });
    });

    test("a stopped subscription hears nothing more", async () => {
      const { client, server } = await setup();
      const event = happening();
      const heard = { stopped: 0, other: 0 };
      const subscription = await server.subscribe(event, () => void heard.stopped++);
      await server.subscribe(event, () => void heard.other++);

      await subscription.stop();
      client.publish(event, { value: 1 });

      await expect.poll(() => heard).toEqual({ stopped: 0, other: 1 });
    });

    test("a failing subscriber hurts nobody and is logged", async () => {
      const { client, server, lines } = await setup();
      const event = happening();
      const heard: unknown[] = [];
      await server.subscribe(event, () => {
        throw new Error("at once");
      });
      await server.subscribe(event, () => Promise.reject(new Error("later")));
      await server.subscribe(event, ({ value }) => void heard.push(value));

      client.publish(event, { value: 1 });
      client.publish(event, { value: 2 });

      await expect.poll(() => heard).toEqual([1, 2]);
      await expect.poll(() => lines.filter((line) => line.includes("a subscriber failed"))).toHaveLength(4);
    });

    test("an event that does not fit its schema is logged and skipped", async () => {
      const { client, server, lines } = await setup();
      const narrow = happening();
      const wide = { ...narrow, payload: z.object({ value: z.unknown() }) };
      const strict = { ...narrow, payload: z.object({ value: z.string() }) };
      const heard: string[] = [];
      await server.subscribe(strict, ({ value }) => void heard.push(value));

      client.publish(wide, { value: 1 });
      client.publish(wide, { value: "fits" });

      await expect.poll(() => heard).toEqual(["fits"]);
      expect(lines.filter((line) => line.includes("an event was skipped"))).toHaveLength(1);
    });

    test("publishing never throws, whatever the payload", async () => {
      const { client, server } = await setup();
      const event = happening();
      await server.subscribe(event, () => undefined);

      expect(() => client.publish(event, { value: "x".repeat(maximumPayloadBytes) })).not.toThrow();
      expect(() => client.publish(event, { value: 1n })).not.toThrow();
    });

    test("closing waits for the calls that run, and then nobody serves", async () => {
      const { client, server } = await setup();
      const { operation, binding, begun, release } = gated();
      await server.serve([binding]);
      const closed = vi.fn<() => void>();

      const answer = client.call(operation, caller, { amount: 1 });
      await begun;
      const closing = server.close().then(closed);
      await client.ping();
      expect(closed).not.toHaveBeenCalled();
      release();

      await closing;
      expect(await answer).toEqual({ amount: 1 });
      expect(await failureOf(client.call(operation, caller, { amount: 1 }))).toMatchObject({ code: "UNAVAILABLE" });
    });
  });
}

// Names of their own, because worlds may share one server.
function declared() {
  return { name: `kb.conformance-${randomUUID()}`, summary: "A test's operation", permission: "internal" } as const;
}

function addition() {
  return defineOperation({
    ...declared(),
    input: z.object({ amount: z.number().max(100) }),
    output: z.object({ amount: z.number().max(200), seen: z.unknown().optional() }),
  });
}

function anything() {
  return defineOperation({
    ...declared(),
    input: z.object({ value: z.unknown() }),
    output: z.object({ value: z.unknown() }),
  });
}

function happening() {
  return defineEvent({
    subject: `gaia.conformance.${randomUUID()}`,
    summary: "A test's event",
    payload: z.object({ value: z.unknown() }),
  });
}

/** An operation that answers when the test says so. */
function gated() {
  const operation = addition();
  const started = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const binding = implement(operation, async (_context, { amount }) => {
    started.resolve();
    await gate.promise;
    return { amount };
  });
  return { operation, binding, begun: started.promise, release: () => gate.resolve() };
}

async function failureOf(work: Promise<unknown>): Promise<GaiaError> {
  const error: unknown = await work.then(
    () => new Error("it succeeded"),
    (reason: unknown) => reason,
  );
  if (!isGaiaError(error)) throw error;
  return error;
}
