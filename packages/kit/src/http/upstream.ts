import { type ServiceName, unavailable } from "@gaia/contracts";
import { Agent, request as send } from "undici";

/** Answers an HTTP request: a service in this process, or one behind a URL. Keeps abort and back-pressure. */
export type Upstream = (request: Request) => Promise<Response>;

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
        throw unavailable(service, cause);
      });
      return new Response(bodyFor(answer.statusCode, answer.body), {
        status: answer.statusCode,
        headers: responseHeaders(answer.headers),
      });
    },
    close: () => agent.close(),
  };
}

function forwarded(headers: Headers): Record<string, string> {
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

function bodyFor(status: number, body: AsyncIterable<Uint8Array> & { dump(): Promise<void> }): ReadableStream | null {
  if (status !== 204 && status !== 304) return ReadableStream.from(body);
  void body.dump();
  return null;
}
