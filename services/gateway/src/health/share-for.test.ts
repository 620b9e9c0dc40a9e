import { expect, test } from "vitest";
import { shareFor } from "./share-for.ts";

function setup() {
  const clock = { ms: 0 };
  const runs: PromiseWithResolvers<number>[] = [];
  const ask = shareFor(
    1000,
    () => {
      const run = Promise.withResolvers<number>();
      runs.push(run);
      return run.promise;
    },
    () => clock.ms,
  );
  return { clock, runs, ask };
}

test("all who ask within a second share one answer, and the next gets another", async () => {
  const { clock, runs, ask } = setup();
  const first = [ask(), ask()];
  runs[0]?.resolve(1);
  expect(await Promise.all(first)).toEqual([1, 1]);
  clock.ms = 999;
  expect(await ask()).toBe(1);
  clock.ms = 1000;
  const next = ask();
  runs[1]?.resolve(2);

  expect(await next).toBe(2);
  expect(runs).toHaveLength(2);
});

test("work that takes longer is not begun again meanwhile", async () => {
  const { clock, runs, ask } = setup();
  const first = ask();
  clock.ms = 5000;
  const late = ask();
  runs[0]?.resolve(1);

  expect(await Promise.all([first, late])).toEqual([1, 1]);
  expect(runs).toHaveLength(1);
});
