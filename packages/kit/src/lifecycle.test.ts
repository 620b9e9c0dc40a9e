import { describe, expect, test } from "vitest";
import { createLifecycle } from "./lifecycle.ts";
import { createLog } from "./log.ts";

async function setup() {
  const lines: string[] = [];
  const events: string[] = [];
  const log = await createLog({ level: "error", pretty: false, destination: { write: (line) => lines.push(line) } });
  const lifecycle = createLifecycle(log);
  const add = (name: string, start?: () => Promise<void>, stop?: () => Promise<void>) =>
    lifecycle.add({
      name,
      async start() {
        events.push(`+${name}`);
        await start?.();
      },
      async stop() {
        events.push(`-${name}`);
        await stop?.();
      },
    });
  return { lifecycle, add, events, lines };
}

describe("a lifecycle", () => {
  test("starts in order and stops in reverse", async () => {
    const { lifecycle, add, events } = await setup();
    for (const name of ["database", "transport", "edge"]) add(name);

    await lifecycle.start();
    await lifecycle.stop();

    expect(events).toEqual(["+database", "+transport", "+edge", "-edge", "-transport", "-database"]);
  });

  test("starts a part only when the one before it is ready, and stops one only when the one after it is gone", async () => {
    const { lifecycle, add, events } = await setup();
    const ready = Promise.withResolvers<void>();
    const gone = Promise.withResolvers<void>();
    add("a", () => ready.promise);
    add("b", undefined, () => gone.promise);

    const starting = lifecycle.start();
    expect(events).toEqual(["+a"]);
    ready.resolve();
    await starting;
    const stopping = lifecycle.stop();
    expect(events).toEqual(["+a", "+b", "-b"]);
    gone.resolve();
    await stopping;

    expect(events).toEqual(["+a", "+b", "-b", "-a"]);
  });

  test("stops what had started when a part fails, then fails with that part's error", async () => {
    const { lifecycle, add, events } = await setup();
    const broken = new Error("the port is in use");
    add("a");
    add("b");
    add("c", () => Promise.reject(broken));
    add("d");

    await expect(lifecycle.start()).rejects.toBe(broken);

    expect(events.filter((event) => !event.endsWith("c"))).toEqual(["+a", "+b", "-b", "-a"]);
    expect(events).not.toContain("+d");
  });

  test("stopped while a part starts begins no other and stops each once", async () => {
    const { lifecycle, add, events } = await setup();
    const ready = Promise.withResolvers<void>();
    add("a");
    // The end of this part's start is its own stop, as for a wait that can be interrupted.
    add(
      "b",
      () => ready.promise,
      async () => ready.resolve(),
    );
    add("c");

    const starting = lifecycle.start();
    await expect.poll(() => events).toEqual(["+a", "+b"]);
    await Promise.all([lifecycle.stop(), lifecycle.stop()]);
    await starting;

    expect(events).toEqual(["+a", "+b", "-b", "-a"]);
  });

  test("stops once, however often it is told", async () => {
    const { lifecycle, add, events } = await setup();
    add("a");
    await lifecycle.start();

    await Promise.all([lifecycle.stop(), lifecycle.stop()]);
    await lifecycle.stop();

    expect(events).toEqual(["+a", "-a"]);
  });

  test("stops the others when one does not stop cleanly, and logs it", async () => {
    const { lifecycle, add, events, lines } = await setup();
    add("a");
    add("b", undefined, () => Promise.reject(new Error("stuck")));
    add("c");
    await lifecycle.start();

    await lifecycle.stop();

    expect(events.slice(3)).toEqual(["-c", "-b", "-a"]);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ part: "b", error: { message: "stuck" } });
  });

  test("takes parts that have nothing to start or to stop", async () => {
    const { lifecycle } = await setup();
    lifecycle.add({ name: "idle" });

    await lifecycle.start();

    await expect(lifecycle.stop()).resolves.toBeUndefined();
  });
});
