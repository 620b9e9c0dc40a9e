import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, createConnection, createServer as createTcpServer, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
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
  /** What lies between Gaia and each mock. */
  readonly wires: Readonly<Record<ProviderName, Rechunker>>;
  readonly settings: Settings;
  stop(): Promise<void>;
}

/** Both vendors' wire formats by aimock, one server each; `teach` gives both the same fixtures. */
export async function startMockProviders(teach: (mock: LLMock) => void): Promise<MockProviders> {
  const mocks = await Promise.all([startMock("openai", teach), startMock("anthropic", teach)]);
  const [openai, anthropic] = await Promise.all([startRechunker(mocks[0].url), startRechunker(mocks[1].url)]);
  return {
    wires: { openai, anthropic },
    settings: providerSettings({ openai: openai.url, anthropic: anthropic.url }),
    async stop() {
      await Promise.all([openai.close(), anthropic.close()]);
      await Promise.all(mocks.map((mock) => mock.stop()));
    },
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
  /** How to answer such requests; the script of the youngest text counts, for older ones come again in histories. */
  script(marker: string, script: Script): void;
  /** Nobody listens on the port any more, until `accept`. */
  refuse(): Promise<void>;
  accept(): Promise<void>;
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
      response
        .setHeader("content-type", "application/json")
        .end(JSON.stringify({ object: "list", data: [{ id: model }] }));
      return;
    }
    const { method = "", url: path = "", headers } = incoming;
    const isAnswered = () => response.writableFinished;
    const request = { method, path, headers, body, isClosed: () => closed, isAnswered };
    requests.push(request);
    const [, script] = [...scripts].findLast(([marker]) => body.includes(marker)) ?? [];
    if (script === undefined) response.writeHead(501).end();
    else await script(response, request);
  }

  const listen = async (wanted: number) => {
    server.listen(wanted, "127.0.0.1");
    await once(server, "listening");
    return (server.address() as AddressInfo).port;
  };
  const close = async () => {
    server.close();
    server.closeAllConnections();
    if (server.listening) await once(server, "close");
  };

  const port = await listen(0);
  return {
    url: `http://127.0.0.1:${port}`,
    requestsWith: (marker) => requests.filter(({ body }) => body.includes(marker)),
    script: (marker, script) => void scripts.set(marker, script),
    refuse: close,
    accept: async () => void (await listen(port)),
    close,
  };
}

/** One answer in a vendor's wire format, whole or as the parts of a stream. */
export interface WireFormat {
  readonly whole: (text: string) => Script;
  /** Begins a stream and says the words; what comes then is the script's. */
  readonly begin: (words: readonly string[]) => string;
  readonly end: () => string;
}

const openAiChunk = (delta: object, finish: string | null, usage?: object) =>
  `data: ${JSON.stringify({
    id: "chatcmpl-mock",
    object: "chat.completion.chunk",
    created: 1_700_000_000,
    model: mockModels.openai,
    choices: [{ index: 0, delta, finish_reason: finish }],
    ...(usage === undefined ? {} : { usage }),
  })}\n\n`;

const anthropicEvent = (type: string, fields: object) =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;

export const wireFormats: Readonly<Record<ProviderName, WireFormat>> = {
  openai: {
    whole: (content) =>
      answerJson({
        id: "chatcmpl-mock",
        object: "chat.completion",
        created: 1_700_000_000,
        model: mockModels.openai,
        choices: [{ index: 0, message: { role: "assistant", content }, finish_reason: "stop" }],
        usage: { prompt_tokens: 5, completion_tokens: 3, total_tokens: 8 },
      }),
    begin: (words) =>
      openAiChunk({ role: "assistant", content: "" }, null) +
      words.map((content) => openAiChunk({ content }, null)).join(""),
    end: () =>
      `${openAiChunk({}, "stop", { prompt_tokens: 5, completion_tokens: 3, total_tokens: 8 })}data: [DONE]\n\n`,
  },
  anthropic: {
    whole: (text) =>
      answerJson({
        id: "msg_mock",
        type: "message",
        role: "assistant",
        model: mockModels.anthropic,
        content: [{ type: "text", text }],
        stop_reason: "end_turn",
        stop_sequence: null,
        usage: { input_tokens: 5, output_tokens: 3 },
      }),
    begin: (words) =>
      anthropicEvent("message_start", {
        message: {
          id: "msg_mock",
          type: "message",
          role: "assistant",
          model: mockModels.anthropic,
          content: [],
          stop_reason: null,
          stop_sequence: null,
          usage: { input_tokens: 5, output_tokens: 0 },
        },
      }) +
      anthropicEvent("content_block_start", { index: 0, content_block: { type: "text", text: "" } }) +
      words
        .map((word) => anthropicEvent("content_block_delta", { index: 0, delta: { type: "text_delta", text: word } }))
        .join(""),
    end: () =>
      anthropicEvent("content_block_stop", { index: 0 }) +
      anthropicEvent("message_delta", {
        delta: { stop_reason: "end_turn", stop_sequence: null },
        usage: { output_tokens: 3 },
      }) +
      anthropicEvent("message_stop", {}),
  },
};

export function answerJson(body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Script {
  return (response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
  };
}

/** Begins a stream, sends the text and leaves it open, or ends it as told. */
export function answerStream(text: string, ending: "open" | "complete" | "cut"): Script {
  return (response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(text, () => {
      if (ending === "complete") response.end();
      if (ending === "cut") response.destroy();
    });
  };
}

export interface Rechunker {
  readonly url: string;
  /** What comes from the server is cut at other places from now on. */
  reseed(seed: number): void;
  /** What Gaia has sent, as it was on the wire; the last megabyte of it. */
  sent(): string;
  close(): Promise<void>;
}

/** A TCP proxy that passes a server's bytes on in pieces of 1 to 64 bytes, cut by a seed. */
export async function startRechunker(targetUrl: string): Promise<Rechunker> {
  const target = new URL(targetUrl);
  const sockets = new Set<Socket>();
  let random = randomFrom(0);
  let sent = "";

  const cut = async (from: Socket, to: Socket) => {
    for await (const chunk of from as AsyncIterable<Buffer>) {
      for (let start = 0; start < chunk.length;) {
        const end = start + 1 + Math.floor(random() * 64);
        const hasRoom = to.write(chunk.subarray(start, end));
        // Lets the other side read the piece before the next one comes.
        await (hasRoom ? delay(1) : once(to, "drain"));
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
    client.on("data", (bytes) => (sent = (sent + bytes.toString("latin1")).slice(-1_000_000)));
    client.pipe(upstream);
    cut(upstream, client).catch(() => client.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    reseed: (seed) => void (random = randomFrom(seed)),
    sent: () => Buffer.from(sent, "latin1").toString("utf8"),
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
