import {
  type Caller,
  type Contract,
  GaiaError,
  maximumTokenLength,
  type Operation,
  serviceOf,
  type ServiceName,
  type Stream,
} from "@gaia/contracts";
import { authorize, invoke, type OperationBinding, parseInput, type StreamBinding } from "@gaia/kit/binding";
import { callerHeader, type CallerSeal } from "@gaia/kit/caller";
import { dialectHeaderNames } from "@gaia/kit/http/dialect-headers";
import { parseJson, readBody } from "@gaia/kit/http/read-json";
import { readQuery } from "@gaia/kit/http/read-query";
import { jsonResponse } from "@gaia/kit/http/to-response";
import type { Upstream, UpstreamHeaders, UpstreamRequest } from "@gaia/kit/http/upstream";
import type { Log } from "@gaia/kit/log";
import type { Transport } from "@gaia/kit/transport/transport";
import { readCredentials } from "../authentication/read-credentials.ts";

export interface ForwardDeps {
  readonly transport: Transport;
  readonly upstreamTo: (service: ServiceName) => Upstream;
  readonly seal: CallerSeal;
  readonly log: Log;
  readonly timeoutMs: number;
}

interface Inbound {
  readonly request: Request;
  readonly caller: Caller;
  readonly pathParameters: Readonly<Record<string, string>>;
}

/** Path, query and body become one input; the path wins over the body, the body over the query. */
async function readInput(contract: Contract, { request, pathParameters }: Inbound): Promise<Record<string, unknown>> {
  const body = parseJson(await readBody(request));
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw new GaiaError("INVALID_INPUT", "The request body is not a JSON object", {
      issues: [{ type: "model_attributes_type", loc: ["body"], msg: "Input should be a JSON object" }],
    });
  }
  return { ...readQuery(contract, request.url), ...body, ...pathParameters };
}

/** Request–reply over the transport. */
export async function forwardOperation(deps: ForwardDeps, contract: Operation, inbound: Inbound): Promise<Response> {
  authorize(inbound.caller, contract);
  const received = { ...(await readInput(contract, inbound)), ...passedToken(contract, inbound.request) };
  const input = parseInput(contract.input, received, placeOfInput(contract, inbound.request));
  const output = await deps.transport.call(contract, inbound.caller, input, {
    timeoutMs: deps.timeoutMs,
    signal: inbound.request.signal,
  });
  return jsonResponse(output, contract.http?.status);
}

function placeOfInput({ http }: Operation, { method }: Request): "query" | "body" {
  return (method === "GET" || method === "DELETE") && http?.takesBody !== true ? "query" : "body";
}

/** Never what the caller put there: only what the header shows is a credential. */
function passedToken({ http }: Operation, { headers }: Request): { readonly access_token?: string | undefined } {
  if (http?.passesToken !== true) return {};
  const token = readCredentials(headers).bearer?.token?.reveal();
  return { access_token: token === undefined || token.length > maximumTokenLength ? undefined : token };
}

/** An operation of the gateway's own. */
export async function answerOperation(log: Log, binding: OperationBinding, inbound: Inbound): Promise<Response> {
  const { contract } = binding;
  const context = { ...inbound.caller, log, signal: inbound.request.signal };
  return jsonResponse(await invoke(binding, context, await readInput(contract, inbound)), contract.http?.status);
}

/** A page or stream of the gateway's own. */
export async function answerStream(log: Log, binding: StreamBinding, inbound: Inbound): Promise<Response> {
  const context = { ...inbound.caller, log, signal: inbound.request.signal };
  return binding.handle(
    context,
    parseInput(binding.contract.input, await readInput(binding.contract, inbound)) as never,
  );
}

/** The service's own HTTP side, with the caller sealed and nothing of the client's credentials. */
export async function forwardStream(
  deps: ForwardDeps,
  contract: Stream,
  inbound: Inbound,
  revocation?: AbortSignal,
): Promise<Response> {
  authorize(inbound.caller, contract);
  const { request, caller } = inbound;
  const bytes = await readBody(request);
  const headers = new Map([
    [callerHeader, deps.seal.seal(caller)],
    ["x-request-id", caller.requestId],
    ["content-length", String(bytes.byteLength)],
  ]);
  for (const name of ["content-type", "accept", "last-event-id", ...dialectHeaderNames]) {
    const value = request.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  const upstream = deps.upstreamTo(serviceOf(contract));
  if (asksForStream(bytes)) return upstream(requestOf(request, headersOf(headers), bytes));
  const early = revocation === undefined ? [] : [revocation];
  return withinTime(deps, contract, (signal) =>
    upstream(
      requestOf(
        { method: request.method, url: request.url, signal: AbortSignal.any([request.signal, signal, ...early]) },
        headersOf(headers),
        bytes,
      ),
    ),
  );
}

// Nearly no request names `stream` without meaning it, and only those that do are parsed once more.
function asksForStream(bytes: Uint8Array<ArrayBuffer>): boolean {
  if (!Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes('"stream"')) return false;
  const body = parseJson(bytes);
  return typeof body === "object" && body !== null && "stream" in body && body.stream === true;
}

/** An answer that does not stream has the time of any request; then whoever still works on it is told to stop. */
async function withinTime(
  { timeoutMs }: Pick<ForwardDeps, "timeoutMs">,
  contract: Stream,
  send: (signal: AbortSignal) => Promise<Response>,
): Promise<Response> {
  const over = new AbortController();
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(new GaiaError("TIMEOUT", `Service ${serviceOf(contract)} did not answer in time`));
    over.abort();
  }, timeoutMs);
  try {
    return await Promise.race([send(over.signal), promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** A request with its bytes at hand. A `Request` would cost more than all else on the way to a service in this process. */
function requestOf(
  { method, url, signal }: Pick<Request, "method" | "url" | "signal">,
  headers: UpstreamHeaders,
  bytes: Uint8Array<ArrayBuffer>,
): UpstreamRequest {
  return {
    method,
    url,
    headers,
    signal,
    arrayBuffer: async () => bytes.buffer,
    get body() {
      // A GET may have no body at all, not even an empty one.
      return bytes.byteLength === 0 ? null : new Blob([bytes]).stream();
    },
  };
}

// The names are ours and in lower case.
function headersOf(values: ReadonlyMap<string, string>): UpstreamHeaders {
  return {
    get: (name) => values.get(name.toLowerCase()) ?? null,
    [Symbol.iterator]: () => values[Symbol.iterator](),
  };
}

export function dialectOf(contract: Contract | undefined): NonNullable<NonNullable<Contract["http"]>["dialect"]> {
  return contract?.http?.dialect ?? "gaia";
}
