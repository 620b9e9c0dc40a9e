import { describe, expect, test } from "vitest";
import { beginStream } from "./begin-stream.ts";

/** A source that tells what happened to it. */
function setup(items: readonly (number | Error)[]) {
  const seen = { pulled: 0, ended: false };
  async function* source() {
    try {
      for (const item of items) {
        seen.pulled += 1;
        if (item instanceof Error) throw item;
        yield item;
      }
    } finally {
      seen.ended = true;
    }
  }
  return { source: source(), seen };
}

describe("beginning a stream", () => {
  test("waits for the first item and takes no more", async () => {
    const { source, seen } = setup([1, 2, 3]);

    const stream = await beginStream(source);

    expect(seen.pulled).toBe(1);
    expect(await Array.fromAsync(stream)).toEqual([1, 2, 3]);
    expect(seen.ended).toBe(true);
  });

  test("fails where the source fails before its first item", async () => {
    const { source, seen } = setup([new Error("no such model")]);

    await expect(beginStream(source)).rejects.toThrow("no such model");
    expect(seen.ended).toBe(true);
  });

  test("leaves a later failure to its reader", async () => {
    const { source } = setup([1, new Error("broke off")]);

    const stream = await beginStream(source);

    expect(await stream.next()).toEqual({ value: 1, done: false });
    await expect(stream.next()).rejects.toThrow("broke off");
  });

  test("of nothing is empty", async () => {
    expect(await Array.fromAsync(await beginStream(setup([]).source))).toEqual([]);
  });

  test("ends the source when the reader stops", async () => {
    const { source, seen } = setup([1, 2, 3]);

    for await (const item of await beginStream(source)) if (item === 1) break;

    expect(seen).toEqual({ pulled: 1, ended: true });
  });
});
