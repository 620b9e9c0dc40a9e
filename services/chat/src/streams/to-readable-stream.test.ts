import { expect, test } from "vitest";
import { toReadableStream } from "./to-readable-stream.ts";

function countingSource(last = Number.POSITIVE_INFINITY) {
  const state = { given: 0, isReturned: false };
  async function* source() {
    try {
      while (state.given < last) {
        state.given += 1;
        yield Buffer.from(String(state.given));
      }
    } finally {
      state.isReturned = true;
    }
  }
  return { state, stream: source() };
}

test("all bytes arrive, then the end", async () => {
  expect(await new Response(toReadableStream(countingSource(3).stream)).text()).toBe("123");
});

test("nothing is pulled before it is read", async () => {
  const { state, stream } = countingSource();
  const reader = toReadableStream(stream).getReader();
  await new Promise((resolve) => setImmediate(resolve));
  expect(state.given).toBe(0);
  await reader.read();
  await reader.read();
  expect(state.given).toBe(2);
});

test("a reader that cancels ends the source and is told on", async () => {
  const { state, stream } = countingSource();
  const reasons: unknown[] = [];
  const reader = toReadableStream(stream, { onCancel: (reason) => reasons.push(reason) }).getReader();
  await reader.read();
  await reader.cancel("gone");
  expect(state.isReturned).toBe(true);
  expect(reasons).toEqual(["gone"]);
});

test("a source that waits for ever is stopped by what onCancel aborts", async () => {
  const gone = new AbortController();
  const source = (async function* () {
    yield Buffer.from("a");
    await new Promise((_resolve, reject) => gone.signal.addEventListener("abort", () => reject(gone.signal.reason)));
  })();
  const reader = toReadableStream(source, { onCancel: () => gone.abort() }).getReader();
  await reader.read();
  const waiting = reader.read();
  await reader.cancel();
  expect(await waiting).toEqual({ done: true, value: undefined });
});

test("a failing source fails the reader", async () => {
  const source = (async function* () {
    yield Buffer.from("a");
    throw new Error("boom");
  })();
  await expect(new Response(toReadableStream(source)).text()).rejects.toThrow("boom");
});
