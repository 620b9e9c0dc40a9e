import { GaiaError } from "@gaia/contracts";
import { expect, test } from "vitest";
import { connectionHealthAfter, modelHealthAfter } from "../errors/failure-traits.ts";
import { toProviderError } from "../errors/to-provider-error.ts";
import { createCircuitBreaker } from "./circuit-breaker.ts";

const sick = toProviderError({ status: 500, headers: {}, bodyText: "", provider: "openai" });
const refused = toProviderError({ status: 400, headers: {}, bodyText: "", provider: "openai" });
const unreachable = new GaiaError("UPSTREAM_FAILED", "Away", { reason: "provider.connection_failed" });
const silent = new GaiaError("TIMEOUT", "Silent", { reason: "provider.timeout" });
const cancelled = new GaiaError("CANCELLED", "The request was cancelled", { reason: "request.cancelled" });

function setup(healthAfter = modelHealthAfter) {
  let time = 0;
  const circuit = createCircuitBreaker({ subject: "The model m", healthAfter, now: () => time });
  const fail = (times: number, error: GaiaError = sick) => {
    for (let count = 0; count < times; count += 1) {
      circuit.enter();
      circuit.failed(error);
    }
  };
  return { circuit, fail, pass: (milliseconds: number) => (time += milliseconds) };
}

test("five failures in a row open it, and it says when to come back", () => {
  const { circuit, fail, pass } = setup();
  fail(4);
  expect(circuit.state).toBe("closed");
  fail(1);
  expect(circuit.state).toBe("open");
  pass(10_000);
  expect(() => circuit.enter()).toThrow(expect.objectContaining({ code: "UNAVAILABLE", retryAfterSeconds: 50 }));
});

test("a success or a mere refusal between failures starts the count again", () => {
  const { circuit, fail } = setup();
  fail(4);
  circuit.succeeded();
  fail(4);
  fail(1, refused);
  fail(4);
  expect(circuit.state).toBe("closed");
});

test("a provider that cannot be reached opens the circuit of its connection, and of no model", () => {
  const model = setup();
  model.fail(9, unreachable);
  expect(model.circuit.state).toBe("closed");
  const connection = setup(connectionHealthAfter);
  connection.fail(5, unreachable);
  expect(connection.circuit.state).toBe("open");
});

test("a provider that answers, however badly, has a connection", () => {
  const { circuit, fail } = setup(connectionHealthAfter);
  fail(9, sick);
  fail(4, unreachable);
  fail(9, silent);
  fail(1, sick);
  fail(4, unreachable);
  expect(circuit.state).toBe("closed");
});

test("cancelled calls do not count", () => {
  const { circuit, fail } = setup();
  fail(9, cancelled);
  expect(circuit.state).toBe("closed");
});

test("after a minute one probe passes, others wait for it", () => {
  const { circuit, fail, pass } = setup();
  fail(5);
  pass(60_000);
  expect(circuit.state).toBe("half-open");
  circuit.enter();
  expect(() => circuit.enter()).toThrow(/keeps failing/);
  circuit.succeeded();
  expect(circuit.state).toBe("closed");
  circuit.enter();
});

test("a failed probe opens it for another minute", () => {
  const { circuit, fail, pass } = setup();
  fail(5);
  pass(60_000);
  circuit.enter();
  circuit.failed(sick);
  pass(59_999);
  expect(() => circuit.enter()).toThrow(expect.objectContaining({ reason: "provider.circuit_open" }));
  pass(1);
  circuit.enter();
});

test("a cancelled probe leaves room for the next one", () => {
  const { circuit, fail, pass } = setup();
  fail(5);
  pass(60_000);
  circuit.enter();
  circuit.failed(cancelled);
  expect(() => circuit.enter()).not.toThrow();
});
