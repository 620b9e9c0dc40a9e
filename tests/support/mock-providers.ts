import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, createConnection, createServer as createTcpServer, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { setImmediate as nextTurn } from "node:timers/promises";
import { LLMock } from "@copilotkit/aimock";
import type { Settings } from "./start-gaia.ts";

export const providerNames = ["openai", "anthropic"] as const;
export type ProviderName = (typeof providerNames)[number];

/** The model that each mock says it has. */
export const mockModels: Readonly<Record<ProviderName, string>> = {
  openai: "gpt-4o",
  anthropic: "claude-haiku-5-5",
};

/** Settings with which Gaia finds both providers there. */
export function providerSettings(urls: Readonly<Record<ProviderName, string>>): Settings {
  return {
    OPENAI_BASE_URL: `${urls.openai}/v1`,
    OPENAI_API_KEY: "test-openai-key",
    ANTHROPIC_BASE_URL: urls.anthropic,
    ANTHROPIC_API_KEY: "test-anthropic-key",
    DEFAULT_LLM_PROVIDER: "openai",
  };
}

export interface MockProviders {
  readonly mocks: Readonly<Record<ProviderName, LLMock>>;
  readonly urls: Readonly<Record<ProviderName, string>>;
  readonly settings: Settings;
  stop(): Promise<void>;
}

/** Both vendors' wire formats by aimock, one server each; `teach` gives both the same fixtures. */
export async function startMockProviders(teach: (mock: LLMock) => void): Promise<MockProviders> {
  const openai = await startMock("openai", teach);
  const anthropic = await startMock("anthropic", teach);
  const urls = { openai: openai.url, anthropic: anthropic.url };
  return {
    mocks: { openai, anthropic },
    urls,
    settings: providerSettings(urls),
    stop: async () => void (await Promise.all([openai.stop(), anthropic.stop()])),
  };
}

async function startMock(name: ProviderName, teach: (mock: LLMock) => void): Promise<LLMock> {
  const mock = new LLMock({ host: "127.0.0.1", port: 0 });
  teach(mock);
  // The mock lists the models that its fixtures name.
  mock.on({ model: mockModels[name], userMessage: "anything else" }, { content: "Something else." });
  await mock.start();
  return mock;
}

export interface ProviderRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
  /** Whether Gaia has closed the connection, or the answer is complete. */
  isClosed(): boolean;
  /** Whether the answer was complete when the connection closed. */
  isAnswered(): boolean;
}

export type Script = (response: ServerResponse, request: ProviderRequest) => void | Promise<void>;

export interface ScriptedProvider {
  readonly url: string;
  /** Requests to a model whose body contains the text. */
  requestsWith(marker: string): readonly ProviderRequest[];
  /** How to answer such requests. */
  script(marker: string, script: Script): void;
  close(): Promise<void>;
}

/** A provider that does to each request what a test says, told apart by a text in the body. */
export async function startScriptedProvider(model: string): Promise<ScriptedProvider> {
  const requests: ProviderRequest[] = [];
  const scripts = new Map<string, Script>();
  const server = createServer((incoming, response) => {
    void serve(incoming, response);
  });

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    let closed = false;
    response.on("close", () => (closed = true));
    const body = await text(incoming);
    if (incoming.method === "GET") {
      response.setHeader("content-type", "application/json").end(JSON.stringify({ object: "list", data: [{ id: model }] }));
      return;
    }
    const { method = "", url: path = "", headers } = incoming;
    const isAnswered = () => response.writableFinished;
    const request = { method, path, headers, body, isClosed: () => closed, isAnswered };
    requests.push(request);
    const [, script] = [...scripts].find(([marker]) => body.includes(marker)) ?? [];
    if (script === undefined) response.writeHead(501).end();
    else await script(response, request);
  }

  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requestsWith: (marker) => requests.filter(({ body }) => body.includes(marker)),
    script: (marker, script) => void scripts.set(marker, script),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

export interface Rechunker {
  readonly url: string;
  /** What comes from the server is cut at other places from now on. */
  reseed(seed: number): void;
  close(): Promise<void>;
}

/** A TCP proxy that passes a server's bytes on in pieces of 1 to 48 bytes, cut by a seed. */
export async function startRechunker(targetUrl: string): Promise<Rechunker> {
  const target = new URL(targetUrl);
  const sockets = new Set<Socket>();
  let random = randomFrom(0);

  const cut = async (from: Socket, to: Socket) => {
    for await (const chunk of from as AsyncIterable<Buffer>) {
      for (let start = 0; start < chunk.length; ) {
        const end = start + 1 + Math.floor(random() * 48);
        const hasRoom = to.write(chunk.subarray(start, end));
        // Lets the piece leave alone.
        await (hasRoom ? nextTurn() : once(to, "drain"));
        start = end;
      }
    }
    to.end();
  };

  const server = createTcpServer((client) => {
    const upstream = createConnection(Number(target.port), target.hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket.setNoDelay(true));
      socket.on("close", () => sockets.delete(socket));
      socket.on("error", () => [client, upstream].forEach((each) => each.destroy()));
    }
    client.pipe(upstream);
    cut(upstream, client).catch(() => client.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    reseed: (seed) => void (random = randomFrom(seed)),
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

/** Mulberry32: small, seeded, even enough. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
