import { connect, type Socket } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { serveHttp } from "./serve-http.ts";
import type { Upstream } from "./upstream.ts";

async function setup(fetch: Upstream) {
  const listener = await serveHttp({ fetch, hostname: "127.0.0.1", port: 0 });
  onTestFinished(() => listener.close(0));
  const url = `http://127.0.0.1:${listener.port}/`;
  return { listener, url, dial: () => dial(listener.port) };
}

/** A bare connection: what came over it, and when it ended. */
function dial(port: number) {
  const socket: Socket = connect(port, "127.0.0.1");
  let received = "";
  const ended = Promise.withResolvers<void>();
  socket.setEncoding("utf8");
  socket.on("data", (text: string) => (received += text));
  socket.on("error", () => undefined);
  socket.on("close", () => ended.resolve());
  onTestFinished(() => void socket.destroy());
  return { send: (line: string) => void socket.write(line), received: () => received, ended: ended.promise };
}

const get = "GET / HTTP/1.1\r\nHost: gaia.test\r\n\r\n";

describe("an HTTP listener", () => {
  test("takes a free port, tells which, and answers there", async () => {
    const { listener, url } = await setup(async () => new Response("here"));

    expect(listener.port).toBeGreaterThan(0);
    expect(await (await fetch(url)).text()).toBe("here");
  });

  test("on a port that is taken fails to start", async () => {
    const { listener } = await setup(async () => new Response());
    const second = serveHttp({ fetch: async () => new Response(), hostname: "127.0.0.1", port: listener.port });

    await expect(second).rejects.toMatchObject({ code: "EADDRINUSE" });
  });

  test("closes connections with nothing to do at once", async () => {
    const { listener, dial } = await setup(async () => new Response("done"));
    const connection = dial();
    connection.send(get);
    await expect.poll(connection.received).toContain("done");

    await listener.close(60_000);

    await connection.ended;
    await expect(fetch(`http://127.0.0.1:${listener.port}/`)).rejects.toThrow();
  });

  test("lets a running request finish, and then closes its connection", async () => {
    const arrived = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const { listener, dial } = await setup(async () => {
      arrived.resolve();
      await release.promise;
      return new Response("finished");
    });
    const connection = dial();
    connection.send(get);
    await arrived.promise;

    const closing = listener.close(60_000);
    release.resolve();
    await closing;

    await connection.ended;
    expect(connection.received()).toContain("finished");
  });

  test("lets a running stream finish", async () => {
    const release = Promise.withResolvers<void>();
    const { listener, dial } = await setup(async () => {
      async function* pieces() {
        yield new TextEncoder().encode("begun");
        await release.promise;
        yield new TextEncoder().encode("ended");
      }
      return new Response(ReadableStream.from(pieces()));
    });
    const connection = dial();
    connection.send(get);
    await expect.poll(connection.received).toContain("begun");

    const closing = listener.close(60_000);
    release.resolve();
    await closing;

    expect(connection.received()).toContain("ended");
  });

  test("cuts what is still running after the grace", async () => {
    const arrived = Promise.withResolvers<AbortSignal>();
    const { listener, dial } = await setup(async ({ signal }) => {
      arrived.resolve(signal);
      return new Promise<Response>(() => undefined);
    });
    const connection = dial();
    connection.send(get);
    const signal = await arrived.promise;

    await listener.close(30);

    await connection.ended;
    expect(connection.received()).toBe("");
    await expect.poll(() => signal.aborted).toBe(true);
  });

  test("aborts the request of a client that hangs up", async () => {
    const arrived = Promise.withResolvers<void>();
    const aborted = Promise.withResolvers<void>();
    const { url } = await setup(async ({ signal }) => {
      signal.addEventListener("abort", () => aborted.resolve());
      arrived.resolve();
      return new Promise<Response>(() => undefined);
    });
    const gone = new AbortController();

    const answer = fetch(url, { signal: gone.signal }).catch(() => undefined);
    await arrived.promise;
    gone.abort();
    await answer;

    await expect(aborted.promise).resolves.toBeUndefined();
  });
});
