import { expect, test } from "vitest";
import { Turnstile } from "./turnstile.ts";

/** Work that the test ends piece by piece. */
function setup(most: number) {
  const turnstile = new Turnstile(most);
  const inside: { readonly name: string; end(): void; fail(): void }[] = [];
  const enter = (key: string, name: string) =>
    turnstile.pass(key, () => {
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      inside.push({ name, end: () => resolve(name), fail: () => reject(new Error(name)) });
      return promise;
    });
  return { enter, inside };
}

test("so many are let in at once, the others in the order in which they came", async () => {
  const { enter, inside } = setup(2);
  const all = ["a", "b", "c", "d"].map((name) => enter("key", name));
  expect(inside.map(({ name }) => name)).toEqual(["a", "b"]);

  inside[1]?.end();
  await all[1];
  await expect.poll(() => inside.map(({ name }) => name)).toEqual(["a", "b", "c"]);
  for (const index of [0, 2]) inside[index]?.end();
  await expect.poll(() => inside.map(({ name }) => name)).toEqual(["a", "b", "c", "d"]);
  inside[3]?.end();

  expect(await Promise.all(all)).toEqual(["a", "b", "c", "d"]);
});

test("who fails makes room too", async () => {
  const { enter, inside } = setup(1);
  const [first, second] = [enter("key", "a"), enter("key", "b")];
  inside[0]?.fail();
  await expect(first).rejects.toThrow("a");
  await expect.poll(() => inside).toHaveLength(2);
  inside[1]?.end();

  expect(await second).toBe("b");
});

test("nobody waits for who has another key, nor for who has gone", async () => {
  const { enter, inside } = setup(1);
  const first = enter("key", "a");
  void enter("other", "b");
  expect(inside.map(({ name }) => name)).toEqual(["a", "b"]);

  inside[0]?.end();
  await first;
  void enter("key", "c");

  expect(inside.map(({ name }) => name)).toEqual(["a", "b", "c"]);
});
