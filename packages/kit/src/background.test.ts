import { expect, test } from "vitest";
import { createBackground } from "./background.ts";
import { createLog } from "./log.ts";

async function setup() {
  const lines: string[] = [];
  const log = await createLog({ level: "debug", pretty: false, destination: { write: (line) => lines.push(line) } });
  return { background: createBackground(log), lines };
}

test("draining waits for what runs, and for what that starts", async () => {
  const { background } = await setup();
  const first = Promise.withResolvers<void>();
  const second = Promise.withResolvers<void>();
  let drained = false;
  background.run(
    "first",
    first.promise.then(() => background.run("second", second.promise)),
  );

  const draining = background.drain().then(() => (drained = true));
  first.resolve();
  await first.promise;
  expect(drained).toBe(false);
  second.resolve();
  await draining;

  expect(drained).toBe(true);
});

test("draining with nothing running is done at once, again and again", async () => {
  const { background } = await setup();
  background.run("done", Promise.resolve());

  await background.drain();
  await background.drain();

  expect(await background.drain()).toBeUndefined();
});

test("a failure is logged with the name of the work, and does not fail the drain", async () => {
  const { background, lines } = await setup();
  background.run("stamp key use", Promise.reject(new Error("the database is away")));
  background.run("fine", Promise.resolve());

  await background.drain();

  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({
    level: "error",
    work: "stamp key use",
    error: { message: "the database is away" },
    message: "background work failed",
  });
});
