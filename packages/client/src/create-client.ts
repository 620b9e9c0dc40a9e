import { GaiaError, type OutputOf } from "@gaia/contracts";
import { buildRequest } from "./build-request.ts";
import type { Callable, CallOptions, Client } from "./client.ts";
import { type ClientOptions, type Connection, createConnection, toConnectionError } from "./connection.ts";
import { domains } from "./domains.ts";
import { streamChunks } from "./stream-chunks.ts";

/** A typed client of a gateway, made from the contracts: nothing to generate, and nothing needed but `fetch`. */
export function createClient(options: ClientOptions): Client {
  const connection = createConnection(options);
  const calls = Object.fromEntries(
    Object.entries(domains).map(([name, domain]) => [name, callsOf(domain, connection)]),
  );
  // `Client` is made of the same contracts by the same rule.
  return calls as unknown as Client;
}

function callsOf(domain: object, connection: Connection): Record<string, unknown> {
  const entries: [string, unknown][] = Object.entries(domain);
  return Object.fromEntries(
    entries.flatMap(([name, value]) => (isCallable(value) ? [[name, callFor(value, connection)]] : [])),
  );
}

function isCallable(value: unknown): value is Callable {
  if (typeof value !== "object" || value === null || !("kind" in value)) return false;
  return (value.kind === "operation" || value.kind === "stream") && "http" in value && value.http !== undefined;
}

function callFor(contract: Callable, connection: Connection): unknown {
  const chunk = contract.kind === "stream" ? contract.chunk : undefined;
  const fixed = chunk === undefined ? {} : { stream: false };
  const call = async (input: object = {}, { signal }: CallOptions = {}): Promise<OutputOf<Callable>> => {
    const request = buildRequest(contract, { ...input, ...fixed }, "application/json");
    return parseAnswer(contract, await readAnswer(await connection(request, signal), signal));
  };
  if (chunk === undefined) return call;
  const stream = (input: object, { signal }: CallOptions = {}) => {
    const request = buildRequest(contract, { ...input, stream: true }, "text/event-stream");
    return streamChunks({ connection, request, chunk, signal });
  };
  return Object.assign(call, { stream });
}

/** The parsed body of a JSON answer, the text of any other, nothing where there is none. */
async function readAnswer(response: Response, signal: AbortSignal | undefined): Promise<unknown> {
  const text = await response.text().catch((cause: unknown) => {
    throw toConnectionError(cause, signal);
  });
  if (response.headers.get("content-type")?.includes("json") !== true) return text === "" ? undefined : text;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw unreadable(cause);
  }
}

function parseAnswer(contract: Callable, answer: unknown): OutputOf<Callable> {
  // An answer without a body says as much as an empty object.
  const isEmpty = contract.http.status === 204 && answer === undefined;
  const parsed = contract.output.safeParse(isEmpty && !contract.output.safeParse(undefined).success ? {} : answer);
  if (parsed.success) return parsed.data;
  throw unreadable(parsed.error);
}

function unreadable(cause: unknown): GaiaError {
  return new GaiaError("UPSTREAM_FAILED", "The answer does not fit its contract", {
    reason: "answer.unreadable",
    cause,
  });
}
