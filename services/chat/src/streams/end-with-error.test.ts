import { GaiaError } from "@gaia/contracts";
import { expect, test } from "vitest";
import { encodeEvent } from "./chunks-to-events.ts";
import { endWithError } from "./end-with-error.ts";
import { readText } from "./testing/cut-bytes.ts";

const identity = { id: "chatcmpl-1", created: 7 };

async function* failing(error: unknown) {
  yield encodeEvent("good");
  throw error;
}

function run(error: unknown, dialect: "openai" | "gaia") {
  const seen: GaiaError[] = [];
  const stream = endWithError(failing(error), {
    dialect,
    requestId: "req-1",
    identity,
    onError: (one) => seen.push(one),
  });
  return readText(stream).then((text) => ({
    seen,
    events: text
      .split("\n\n")
      .filter(Boolean)
      .map((line) => line.slice(6)),
  }));
}

test("OpenAI's stream ends with an error event and without [DONE]", async () => {
  const { events, seen } = await run(new GaiaError("UPSTREAM_FAILED", "The provider failed"), "openai");
  expect(events).toHaveLength(2);
  expect(JSON.parse(events[1] ?? "")).toEqual({
    error: { message: "The provider failed", type: "api_error", param: null, code: "upstream_failed" },
    request_id: "req-1",
  });
  expect(seen).toHaveLength(1);
});

test("Anthropic's stream ends with an event whose name says error", async () => {
  const stream = endWithError(failing(new GaiaError("UNAVAILABLE", "The provider is overloaded")), {
    dialect: "anthropic",
    requestId: "req-1",
    identity,
    onError: () => undefined,
  });
  const last = (await readText(stream)).split("\n\n").at(-2);
  expect(last).toBe(
    'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"The provider is overloaded"},"request_id":"req-1"}',
  );
});

test("Gaia's stream ends with a chunk that says error, and [DONE]", async () => {
  const { events } = await run(new GaiaError("UPSTREAM_FAILED", "The provider failed"), "gaia");
  expect(events).toHaveLength(3);
  expect(JSON.parse(events[1] ?? "")).toEqual({
    id: "chatcmpl-1",
    object: "chat.completion.chunk",
    created: 7,
    model: "error",
    choices: [{ index: 0, delta: {}, finish_reason: "error" }],
    error: { message: "The provider failed", type: "streaming_error", code: "UPSTREAM_FAILED", request_id: "req-1" },
  });
  expect(events[2]).toBe("[DONE]");
});

test("what we did not throw ourselves keeps its text for the log", async () => {
  const { events, seen } = await run(new Error("SELECT secret"), "openai");
  expect(events.join("")).not.toContain("secret");
  expect(seen[0]?.cause).toMatchObject({ message: "SELECT secret" });
});
