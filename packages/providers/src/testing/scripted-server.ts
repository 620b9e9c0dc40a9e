import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";

export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
  /** Resolves when the connection's request ended, by the server or by the client going away. */
  readonly closed: Promise<void>;
}

export type Script = (response: ServerResponse, request: ReceivedRequest) => void | Promise<void>;

export interface ScriptedServer {
  readonly url: string;
  readonly requests: readonly ReceivedRequest[];
  readonly connections: () => number;
  readonly close: () => Promise<void>;
}

/** A provider on the wire. The scripts answer one request each, the last one all that follow. */
export async function startScriptedServer(...scripts: readonly [Script, ...Script[]]): Promise<ScriptedServer> {
  const requests: ReceivedRequest[] = [];
  let connections = 0;
  const server = createServer((incoming, response) => {
    void serve(incoming, response);
  });
  server.on("connection", () => {
    connections += 1;
  });

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { promise: closed, resolve } = Promise.withResolvers<void>();
    response.on("close", resolve);
    const body = await text(incoming);
    const { method = "", url: path = "", headers } = incoming;
    const request = { method, path, headers, body, closed };
    const script = scripts[Math.min(requests.length, scripts.length - 1)] ?? scripts[0];
    requests.push(request);
    await script(response, request);
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    connections: () => connections,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export function json(body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Script {
  return (response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
  };
}

export function raw(body: string, status = 200, contentType = "text/html"): Script {
  return (response) => {
    response.writeHead(status, { "content-type": contentType }).end(body);
  };
}

/** Server-sent events; with `cut` the connection breaks after them instead of ending. */
export function events(data: readonly (object | string)[], ending: "complete" | "cut" = "complete"): Script {
  return (response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    const lines = data.map((each) => `data: ${typeof each === "string" ? each : JSON.stringify(each)}\n\n`).join("");
    response.write(lines, () => (ending === "complete" ? response.end() : response.destroy()));
  };
}

/** Breaks the connection without a word. */
export const hangUp: Script = (response) => {
  response.destroy();
};

export function openAiChunk(content: string, finishReason: string | null = null): object {
  return {
    id: "chatcmpl-1",
    object: "chat.completion.chunk",
    created: 1,
    model: "m",
    choices: [{ index: 0, delta: content === "" ? {} : { role: "assistant", content }, finish_reason: finishReason }],
  };
}

export function openAiCompletion(content: string): object {
  return {
    id: "chatcmpl-1",
    object: "chat.completion",
    created: 1,
    model: "m",
    choices: [{ index: 0, message: { role: "assistant", content }, finish_reason: "stop" }],
    usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
  };
}
