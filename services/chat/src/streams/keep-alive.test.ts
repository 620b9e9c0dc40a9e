import { expect, test } from "vitest";
import { keepAlive, type Timer } from "./keep-alive.ts";

/** A clock that moves only when told. */
function manualTimer() {
  let time = 0;
  let pending: { at: number; callback: () => void }[] = [];
  const timer: Timer = {
    now: () => time,
    after(milliseconds, callback) {
      const entry = { at: time + milliseconds, callback };
      pending.push(entry);
      return () => void (pending = pending.filter((other) => other !== entry));
    },
  };
  async function pass(milliseconds: number) {
    time += milliseconds;
    const due = pending.filter(({ at }) => at <= time);
    pending = pending.filter(({ at }) => at > time);
    for (const { callback } of due) callback();
    await new Promise((resolve) => setImmediate(resolve));
  }
  return { timer, pass, pendingCount: () => pending.length };
}

/** A source that yields when told, and a record of what came out. */
function setup() {
  const clock = manualTimer();
  let send: (text: string | Error | null) => void = () => undefined;
  let isReturned = false;
  const source = (async function* () {
    try {
      for (;;) {
        const text = await new Promise<string | Error | null>((resolve) => void (send = resolve));
        if (text === null) return;
        if (text instanceof Error) throw text;
        yield Buffer.from(text);
      }
    } finally {
      isReturned = true;
    }
  })();
  const output: string[] = [];
  const alive = keepAlive(source, { timer: clock.timer });
  const finished = (async () => {
    for await (const bytes of alive) {
      output.push(Buffer.from(bytes).toString());
      if (output.at(-1) === "stop") break;
    }
  })();
  const say = async (text: string | Error | null) => {
    send(text);
    await clock.pass(0);
  };
  return { ...clock, output, finished, say, isReturned: () => isReturned };
}

test("a source that talks gets no comment", async () => {
  const { pass, say, output } = setup();
  for (const text of ["a", "b", "c"]) {
    await pass(14_999);
    await say(text);
  }
  expect(output).toEqual(["a", "b", "c"]);
});

test("a source that is silent for 15 seconds gets a comment, and one more after the next 15", async () => {
  const { pass, say, output } = setup();
  await pass(10_000);
  await say("a");
  await pass(5000);
  await pass(9999);
  expect(output).toEqual(["a"]);
  await pass(1);
  expect(output).toEqual(["a", ": keep-alive\n\n"]);
  await pass(15_000);
  expect(output).toHaveLength(3);
  await say("b");
  expect(output.at(-1)).toBe("b");
});

test("the end of the source, its failure and a reader that stops all end the timer", async () => {
  const ended = setup();
  await ended.pass(0);
  await ended.say(null);
  await ended.finished;
  expect(ended.pendingCount()).toBe(0);

  const failed = setup();
  await failed.pass(0);
  const failure = failed.finished.catch((error: unknown) => error);
  await failed.say(new Error("boom"));
  expect(await failure).toMatchObject({ message: "boom" });
  expect(failed.pendingCount()).toBe(0);

  const stopped = setup();
  await stopped.pass(0);
  await stopped.say("stop");
  await stopped.finished;
  expect(stopped.pendingCount()).toBe(0);
  expect(stopped.isReturned()).toBe(true);
});
