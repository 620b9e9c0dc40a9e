import type { Readable } from "node:stream";
import { GaiaError, type ServiceName, unavailable } from "@gaia/contracts";
import { Agent, errors, request as send } from "undici";

/** What a service asks of a request's headers. */
export type UpstreamHeaders = Pick<Headers, "get"> & Iterable<[string, string]>;

/** What a service is sent. A `Request` fits; so does what costs less to make than one. */
export interface UpstreamRequest extends Pick<Request, "method" | "url" | "body" | "arrayBuffer" | "signal"> {
  readonly headers: UpstreamHeaders;
}

/** Answers an HTTP request: a service in this process, or one behind a URL. Keeps abort and back-pressure. */
export type Upstream = (request: UpstreamRequest) => Promise<Response>;

export interface HttpUpstreams {
  to(service: ServiceName, baseUrl: string): Upstream;
  close(): Promise<void>;
}

// Headers that describe one hop and must not travel to the next (RFC 9110, 7.6.1); undici sets its own.
const hopHeaders = [
  "connection",
  "keep-alive",
  "transfer-encoding",
  "upgrade",
  "te",
  "trailer",
  "host",
  "content-length",
];

/** Upstreams over one pooled HTTP client. A service that cannot be reached is `UNAVAILABLE`. */
export function createHttpUpstreams(options: { readonly headersTimeoutMs: number }): HttpUpstreams {
  const agent = new Agent({
    connections: 256,
    pipelining: 1,
    connect: { timeout: 2000 },
    headersTimeout: options.headersTimeoutMs,
    bodyTimeout: 0,
  });
  return {
    to: (service, baseUrl) => async (request) => {
      const { pathname, search } = new URL(request.url);
      const body = request.body === null ? null : new Uint8Array(await request.arrayBuffer());
      const answer = await send(new URL(pathname + search, baseUrl), {
        dispatcher: agent,
        method: request.method as "GET",
        headers: forwarded(request.headers),
        body,
        signal: request.signal,
      }).catch((cause: unknown) => {
        throw toCallFailure(service, request.signal, cause);
      });
      return new Response(bodyFor(answer.statusCode, answer.body), {
        status: answer.statusCode,
        headers: responseHeaders(answer.headers),
      });
    },
    close: () => agent.close(),
  };
}

function toCallFailure(service: ServiceName, signal: AbortSignal, cause: unknown): GaiaError {
  if (signal.aborted) return new GaiaError("CANCELLED", "The caller went away", { reason: "caller.gone", cause });
  const isSlow = cause instanceof errors.HeadersTimeoutError;
  return isSlow
    ? new GaiaError("TIMEOUT", `Service ${service} did not answer in time`, { cause })
    : unavailable(service, cause);
}

function forwarded(headers: UpstreamHeaders): Record<string, string> {
  const result = Object.fromEntries(headers);
  for (const name of hopHeaders) delete result[name];
  return result;
}

function responseHeaders(headers: Record<string, string | string[] | undefined>): Headers {
  const result = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || (hopHeaders.includes(name) && name !== "content-length")) continue;
    for (const item of Array.isArray(value) ? value : [value]) result.append(name, item);
  }
  return result;
}

function bodyFor(status: number, body: Readable & { dump(): Promise<void> }): ReadableStream<Uint8Array> | null {
  if (status !== 204 && status !== 304) return toWebStream(body);
  void body.dump();
  return null;
}

// `ReadableStream.from` does not destroy a body that is cancelled before its first read: the connection would hang.
function toWebStream(body: Readable): ReadableStream<Uint8Array> {
  const chunks: AsyncIterator<Uint8Array> = body[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { value, done } = await chunks.next();
        if (done === true) controller.close();
        else controller.enqueue(value);
      },
      cancel() {
        body.on("error", () => undefined).destroy();
      },
    },
    { highWaterMark: 0 },
  );
}
