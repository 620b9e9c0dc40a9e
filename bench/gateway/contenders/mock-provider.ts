/**
 * The model provider of all contenders: OpenAI's Chat Completions from prepared bytes, without any delay, and streams
 * of `chunks` pieces every `intervalMs`, each with the microsecond at which it left. Started with a port.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { monotonicMicroseconds } from "../support/clock.ts";
import { chunks, intervalMs, stampDigits, stampMark } from "./mock-stream.ts";

const identity = { id: "chatcmpl-mock", created: 1_700_000_000, model: "mock-model" };
const usage = { prompt_tokens: 12, completion_tokens: 9, total_tokens: 21 };

const completion = Buffer.from(
  JSON.stringify({
    ...identity,
    object: "chat.completion",
    choices: [
      {
        index: 0,
        message: { role: "assistant", content: "Hello! How can I help you today?", refusal: null },
        logprobs: null,
        finish_reason: "stop",
      },
    ],
    usage,
  }),
);
const models = Buffer.from(
  JSON.stringify({ object: "list", data: [{ id: identity.model, object: "model", created: 1, owned_by: "mock" }] }),
);
const jsonHeaders = { "content-type": "application/json" };

const opening = chunk({ role: "assistant", content: "" }, null);
const [beforeStamp = "", afterStamp = ""] = chunk({ content: stampMark }, null).split(stampMark);
const ending = Buffer.from(
  `${chunk({}, "stop")}${event({ ...identity, object: "chat.completion.chunk", choices: [], usage })}data: [DONE]\n\n`,
);

createServer((request, response) => {
  if (request.method === "GET") return sendBytes(response, models);
  readBody(request, (body) =>
    body.includes('"stream":true') ? sendStream(response) : sendBytes(response, completion),
  );
}).listen(Number(process.argv[2]), "127.0.0.1", 4096);

function readBody(request: IncomingMessage, done: (body: Buffer) => void): void {
  const pieces: Buffer[] = [];
  request.on("data", (piece: Buffer) => pieces.push(piece));
  request.on("end", () => done(Buffer.concat(pieces)));
}

function sendBytes(response: ServerResponse, bytes: Buffer): void {
  response.writeHead(200, { ...jsonHeaders, "content-length": bytes.byteLength });
  response.end(bytes);
}

function sendStream(response: ServerResponse): void {
  response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" });
  response.write(opening);
  let sent = 0;
  const timer = setInterval(() => {
    sent += 1;
    response.write(beforeStamp + stampMark + String(monotonicMicroseconds()).padStart(stampDigits, "0") + afterStamp);
    if (sent < chunks) return;
    clearInterval(timer);
    response.end(ending);
  }, intervalMs);
  response.on("close", () => clearInterval(timer));
}

function chunk(delta: object, finishReason: string | null): string {
  return event({
    ...identity,
    object: "chat.completion.chunk",
    choices: [{ index: 0, delta, finish_reason: finishReason }],
  });
}

function event(value: object): string {
  return `data: ${JSON.stringify(value)}\n\n`;
}
