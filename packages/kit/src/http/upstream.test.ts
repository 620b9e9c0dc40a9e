import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { isGaiaError } from "@gaia/contracts";
import { describe, expect, onTestFinished, test } from "vitest";
import { createHttpUpstreams } from "./upstream.ts";

type Answer = (response: ServerResponse, request: IncomingMessage) => void | Promise<void>;

/** A service on a free port, and the upstream to it. */
async function setup(answer: Answer, headersTimeoutMs = 5000) {
  const server = createServer((request, response) => void answer(response, request));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const upstreams = createHttpUpstreams({ headersTimeoutMs });
  const closeServer = async () => {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  onTestFinished(async () => {
    await closeServer();
    await upstreams.close();
  });
  return { upstream: upstreams.to("chat", `http://127.0.0.1:${port}`), closeServer };
}

function request(path: string, init: RequestInit = {}): Request {
  return new Request(`http://gateway.test:8666${path}`, init);
}

describe("an upstream over HTTP", () => {
  test("brings method, path, query, headers and body there", async () => {
    const seen: unknown[] = [];
    const { upstream } = await setup(async (response, incoming) => {
      seen.push(incoming.method, incoming.url, incoming.headers["x-gaia-caller"], await text(incoming));
      response.end();
    });

    await upstream(
      request("/v1/chat?a=1&b=%20", { method: "POST", body: "ü", headers: { "x-gaia-caller": "sealed" } }),
    );

    expect(seen).toEqual(["POST", "/v1/chat?a=1&b=%20", "sealed", "ü"]);
  });

  test("brings status, headers and body back, all cookies with it", async () => {
    const { upstream } = await setup((response) => {
      response.writeHead(201, { "content-type": "text/plain", "set-cookie": ["a=1; Path=/", "b=2"], "x-kept": "yes" });
      response.end("made");
    });

    const response = await upstream(request("/"));

    expect(response.status).toBe(201);
    expect(response.headers.getSetCookie()).toEqual(["a=1; Path=/", "b=2"]);
    expect(response.headers.get("x-kept")).toBe("yes");
    expect(await response.text()).toBe("made");
  });

  test("gives headers that may be changed", async () => {
    const { upstream } = await setup((response) => void response.end());

    const response = await upstream(request("/"));
    response.headers.set("x-request-id", "r-1");

    expect(response.headers.get("x-request-id")).toBe("r-1");
  });

  test("drops what describes one hop, in both directions", async () => {
    let incomingHeaders: IncomingMessage["headers"] = {};
    const { upstream } = await setup((response, incoming) => {
      incomingHeaders = incoming.headers;
      response.writeHead(200, { "keep-alive": "timeout=9", trailer: "x-sum", "x-kept": "yes" });
      response.end("body");
    });

    const headers = { te: "trailers", "keep-alive": "timeout=9", "x-kept": "yes" };
    const response = await upstream(request("/", { headers }));

    expect(incomingHeaders).toMatchObject({ "x-kept": "yes", host: expect.stringMatching(/^127\.0\.0\.1:/) });
    for (const name of ["te", "keep-alive"]) expect(incomingHeaders).not.toHaveProperty(name);
    for (const name of ["connection", "keep-alive", "transfer-encoding", "trailer"])
      expect(response.headers.has(name)).toBe(false);
    expect(response.headers.get("x-kept")).toBe("yes");
  });

  test.each([204, 304])("takes a %i for an answer without a body", async (status) => {
    const { upstream } = await setup((response) => void response.writeHead(status).end());

    const response = await upstream(request("/"));

    expect(response.status).toBe(status);
    expect(response.body).toBeNull();
  });

  test("gives the first piece before the last is there", async () => {
    const last = Promise.withResolvers<void>();
    const { upstream } = await setup(async (response) => {
      response.write("first");
      await last.promise;
      response.end("last");
    });

    const reader = (await upstream(request("/"))).body?.getReader();
    const first = await reader?.read();
    last.resolve();
    const rest = await reader?.read();

    expect(new TextDecoder().decode(first?.value)).toBe("first");
    expect(new TextDecoder().decode(rest?.value)).toBe("last");
  });

  test("takes no more from the service than its reader takes", async () => {
    const limit = 256 * 1024 * 1024;
    let written = 0;
    const stalled = Promise.withResolvers<void>();
    const { upstream } = await setup((response) => {
      const piece = Buffer.alloc(256 * 1024);
      const fill = () => {
        while (written < limit) {
          written += piece.byteLength;
          if (response.write(piece)) continue;
          // Nobody took it for so long that the buffers in between are full.
          const timer = setTimeout(() => stalled.resolve(), 150);
          response.once("drain", () => {
            clearTimeout(timer);
            fill();
          });
          return;
        }
      };
      fill();
    });

    const response = await upstream(request("/"));
    await stalled.promise;

    expect(written).toBeLessThan(limit / 4);
    await response.body?.cancel();
  });

  test.each(["before the headers", "in the body"])("tells the service when the caller goes away %s", async (moment) => {
    const arrived = Promise.withResolvers<void>();
    const closed = Promise.withResolvers<void>();
    const { upstream } = await setup((response) => {
      response.on("close", () => closed.resolve());
      if (moment === "in the body") response.write("begun");
      arrived.resolve();
    });
    const gone = new AbortController();

    const outcome = upstream(request("/", { signal: gone.signal })).then(
      ({ status }) => status,
      (error: unknown) => (isGaiaError(error) ? error.code : error),
    );
    if (moment === "in the body") await outcome;
    await arrived.promise;
    gone.abort();

    await closed.promise;
    expect(await outcome).toBe(moment === "in the body" ? 200 : "CANCELLED");
  });

  test("tells the service when the reader gives up the body", async () => {
    const closed = Promise.withResolvers<void>();
    const { upstream } = await setup((response) => {
      response.on("close", () => closed.resolve());
      response.write("begun");
    });

    const response = await upstream(request("/"));
    await response.body?.cancel();

    await expect(closed.promise).resolves.toBeUndefined();
  });

  test("to nobody is unavailable, by the service's name and not its address", async () => {
    const { upstream, closeServer } = await setup((response) => void response.end());
    await closeServer();

    await expect(upstream(request("/"))).rejects.toMatchObject({
      code: "UNAVAILABLE",
      message: "Service chat unavailable",
    });
  });

  test("to a service that hangs up is unavailable", async () => {
    const { upstream } = await setup((response) => void response.destroy());

    await expect(upstream(request("/"))).rejects.toMatchObject({ code: "UNAVAILABLE" });
  });

  test("to a service that never answers is a time-out", async () => {
    const { upstream } = await setup(() => undefined, 50);

    await expect(upstream(request("/"))).rejects.toMatchObject({ code: "TIMEOUT" });
  });

  test("breaks off when the service does in the middle of its answer", async () => {
    const { upstream } = await setup((response) => {
      response.writeHead(200, { "content-length": "100" });
      response.write("begun", () => response.destroy());
    });

    const response = await upstream(request("/"));

    await expect(response.text()).rejects.toThrow();
  });
});
