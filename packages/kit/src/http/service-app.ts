import { type Caller, GaiaError, type Stream, toGaiaError } from "@gaia/contracts";
import { Hono } from "hono";
import { authorize, logOutcome, parseInput, type StreamBinding } from "../binding.ts";
import { callerHeader, type CallerSeal } from "../caller.ts";
import type { Log } from "../log.ts";
import { type Service, streamsOf } from "../service.ts";
import { readDialectHeaders } from "./dialect-headers.ts";
import { literalPathsFirst } from "./literal-paths-first.ts";
import { parseJson, readBody } from "./read-json.ts";
import { readQuery } from "./read-query.ts";
import { toRoutePath } from "./route-path.ts";
import { errorResponse, jsonResponse } from "./to-response.ts";
import type { Upstream, UpstreamRequest } from "./upstream.ts";

interface ServiceAppOptions {
  readonly service: Service;
  readonly seal: CallerSeal;
  readonly log: Log;
}

/** The inner HTTP side of a service: its health, and its streams for callers with a valid seal. */
export function createServiceApp({ service, seal, log }: ServiceAppOptions): Upstream {
  const app = new Hono({ strict: false });
  app.get("/health", () =>
    jsonResponse({
      service: service.name,
      status: "healthy",
      version: service.version,
      timestamp: new Date().toISOString(),
    }),
  );
  const routes = streamsOf(service).flatMap((binding) => {
    const { http } = binding.contract;
    return [http.path, ...(http.aliases ?? [])].map((path) => ({ binding, method: http.method, path }));
  });
  for (const { binding, method, path } of literalPathsFirst(routes)) {
    app.on(method, toRoutePath(path), (context) =>
      answerStream({ binding, seal, log, request: context.req.raw, pathParameters: context.req.param() }),
    );
  }
  app.notFound(() => errorResponse(new GaiaError("NOT_FOUND", "Not Found"), "gaia", "unknown"));
  // Routing needs method and path, the handlers above no more than any upstream may ask for.
  return async (request) => app.fetch(request as Request);
}

interface StreamCall {
  readonly binding: StreamBinding;
  readonly seal: CallerSeal;
  readonly log: Log;
  readonly request: UpstreamRequest;
  readonly pathParameters: Readonly<Record<string, string>>;
}

async function answerStream({ binding, seal, log, request, pathParameters }: StreamCall): Promise<Response> {
  const { contract, handle } = binding;
  const started = performance.now();
  let caller: Caller | undefined;
  try {
    caller = openCaller(seal, request);
    authorize(caller, contract);
    const sent = { query: readQuery(contract, request.url), body: parseJson(await readBody(request)), pathParameters };
    const input = parseInput(contract.input, asOneInput(sent));
    const dialectHeaders = readDialectHeaders(request.headers);
    return await handle({ ...caller, log, signal: request.signal, dialectHeaders }, input as never);
  } catch (cause) {
    if (caller === undefined) return errorResponse(cause, dialectOf(contract), "unknown");
    return refuse({ contract, caller, log, started, cause });
  }
}

interface Sent {
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly pathParameters: Readonly<Record<string, string>>;
}

/** Path, query and body are one input here too; the path wins over the body, the body over the query. */
function asOneInput({ query, body, pathParameters }: Sent): unknown {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return body;
  return { ...query, ...body, ...pathParameters };
}

function openCaller(seal: CallerSeal, request: UpstreamRequest): Caller {
  const caller = seal.open(request.headers.get(callerHeader) ?? "");
  if (caller !== null) return caller;
  throw new GaiaError("UNAUTHENTICATED", "This service is called through the gateway", { reason: "caller.unsealed" });
}

function refuse(failure: {
  readonly contract: Stream;
  readonly caller: Caller;
  readonly log: Log;
  readonly started: number;
  readonly cause: unknown;
}): Response {
  const { contract, caller, log, started, cause } = failure;
  const error = toGaiaError(cause);
  logOutcome(log, { contract, caller, started, error });
  return errorResponse(error, dialectOf(contract), caller.requestId);
}

export function dialectOf(contract: Pick<Stream, "http">): NonNullable<Stream["http"]["dialect"]> {
  return contract.http.dialect ?? "gaia";
}
