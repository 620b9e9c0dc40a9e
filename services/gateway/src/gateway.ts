import {
  allContracts,
  type Client,
  type Contract,
  GaiaError,
  gateway,
  nobody,
  type Principal,
  toGaiaError,
} from "@gaia/contracts";
import { type Binding, isOperationBinding } from "@gaia/kit/binding";
import { errorResponse } from "@gaia/kit/http/to-response";
import { toRoutePath } from "@gaia/kit/http/route-path";
import { Hono } from "hono";
import { compress } from "hono/compress";
import { type Authenticated, authenticate } from "./authentication/authenticate.ts";
import { refuseClosedPath } from "./authentication/refuse-closed-path.ts";
import { explainRefusal } from "./authentication/explain-refusal.ts";
import { type LookUpDeps, lookUpPrincipal } from "./authentication/look-up-principal.ts";
import { createPrincipalCache, type PrincipalCache } from "./authentication/principal-cache.ts";
import { gatewayHandlers } from "./handlers.ts";
import type { HealthDeps } from "./health/check-health.ts";
import { createAllowedMethods } from "./http/allowed-methods.ts";
import { createCrossOrigin } from "./http/cross-origin.ts";
import {
  answerOperation,
  answerStream,
  dialectOf,
  type ForwardDeps,
  forwardOperation,
  forwardStream,
} from "./http/forward.ts";
import { requestIdOf } from "./http/request-id.ts";
import { createRootLimit, type RootLimit } from "./http/root.ts";
import { guardAnswer } from "./revocation/guard-answer.ts";
import { OpenStreams } from "./revocation/open-streams.ts";
import { watchRevocations } from "./revocation/watch-revocations.ts";
import { addSecurityHeaders } from "./http/security-headers.ts";

export interface GatewayDeps extends ForwardDeps, Omit<LookUpDeps, "transport">, Omit<HealthDeps, "upstreamTo"> {
  readonly version: string;
  readonly allowedOrigins: readonly string[];
  readonly rateLimit: { readonly requests: number; readonly period: "second" | "minute" | "hour" | "day" };
  /** The client's address, for limits; a request that did not come over a socket has none. */
  readonly addressOf: (request: Request, environment: unknown) => string;
}

export interface Gateway {
  readonly fetch: (request: Request, environment?: object) => Promise<Response>;
  /** Listens for revocations; without it, one is seen when the cached principal ages out. */
  start(): Promise<void>;
}

interface RequestState {
  readonly Variables: { requestId: string; principal: Principal };
}

interface Routing {
  readonly deps: GatewayDeps;
  readonly principals: PrincipalCache;
  readonly streams: OpenStreams;
  readonly rootLimit: RootLimit;
  readonly own: ReadonlyMap<string, Binding>;
}

/** The public edge: one route per contract, each authenticated and authorized before its body is read. */
export function createGateway(deps: GatewayDeps): Gateway {
  const principals = createPrincipalCache((credential, requestId) => lookUpPrincipal(deps, credential, requestId));
  const routing: Routing = {
    deps,
    principals,
    streams: new OpenStreams({ principals, log: deps.log }),
    rootLimit: createRootLimit(deps.rateLimit.requests, deps.rateLimit.period),
    own: new Map(gatewayHandlers(deps).map((binding) => [binding.contract.name, binding])),
  };
  const app = createApp(routing);
  return {
    fetch: async (request, environment) => app.fetch(request, environment),
    start: () => watchRevocations({ transport: deps.transport, principals, streams: routing.streams }),
  };
}

function createApp(routing: Routing): Hono<RequestState> {
  const { deps } = routing;
  const app = new Hono<RequestState>({ strict: false });
  const crossOrigin = createCrossOrigin(deps.allowedOrigins);
  const allowedMethods = createAllowedMethods(allContracts);

  app.use(async (context, next) => {
    const started = performance.now();
    const request = context.req.raw;
    const requestId = requestIdOf(request.headers);
    context.set("requestId", requestId);
    if (crossOrigin.isPreflight(request)) context.res = crossOrigin.preflight(request);
    else await next();
    const { headers, status } = context.res;
    const ms = Math.round((performance.now() - started) * 100) / 100;
    headers.set("x-request-id", requestId);
    headers.set("server-timing", `gateway;dur=${ms}`);
    crossOrigin.decorate(request, headers);
    addSecurityHeaders(headers);
    deps.log.debug(
      { service: "gateway", requestId, method: request.method, path: context.req.path, status, ms },
      "request",
    );
  });
  app.use(compress({ threshold: 1000 }));

  for (const contract of allContracts) {
    if (contract.http === undefined) continue;
    const paths = [contract.http.path, ...(contract.http.aliases ?? [])].map(toRoutePath);
    app.on(contract.http.method, paths, async (context) => {
      const requestId = context.get("requestId");
      const request = context.req.raw;
      try {
        const inbound = {
          request,
          pathParameters: context.req.param(),
          requestId,
          address: deps.addressOf(request, context.env),
          path: context.req.path,
        };
        return await answer(routing, contract, inbound);
      } catch (error) {
        return fail(routing, contract, requestId, error);
      }
    });
  }
  app.notFound((context) => allowedMethods.answerUnmatched(context.req.path, context.get("requestId")));
  app.onError((error, context) => fail(routing, undefined, context.get("requestId"), error));
  return app;
}

interface RoutedRequest {
  readonly request: Request;
  readonly requestId: string;
  readonly pathParameters: Readonly<Record<string, string>>;
  readonly address: string;
  /** As it was matched, with what was encoded in it decoded. */
  readonly path: string;
}

async function answer(routing: Routing, contract: Contract, routed: RoutedRequest): Promise<Response> {
  const { deps, streams, rootLimit, own } = routing;
  const { request, requestId, pathParameters } = routed;
  const binding = own.get(contract.name);
  if (binding === undefined && !deps.isReady()) throw notReady();
  const since = streams.count;
  const shown = contract.permission === "public" ? null : await identify(routing, contract, routed);
  const principal = shown?.principal ?? nobody;
  refuseClosedPath(principal, contract, routed.path);
  const caller = { requestId, principal, client: clientOf(request, routed.address) };
  const inbound = { request, pathParameters, caller };
  if (contract.name === gateway.root.name) await rootLimit.consume(routed.address);
  if (binding !== undefined) {
    return isOperationBinding(binding)
      ? answerOperation(deps.log, binding, inbound)
      : answerStream(deps.log, binding, inbound);
  }
  if (contract.kind === "operation") return forwardOperation(deps, contract, inbound);
  if (shown === null) return forwardStream(deps, contract, inbound);
  const guarded = { ...shown, requestId, contract, since, dialect: dialectOf(contract) };
  return guardAnswer(streams, guarded, (revocation) => forwardStream(deps, contract, inbound, revocation));
}

async function identify(
  { deps, principals }: Routing,
  contract: Contract,
  { request, requestId }: RoutedRequest,
): Promise<Authenticated> {
  const { headers } = request;
  return authenticate({ principals }, headers, requestId).catch(async (error: unknown) => {
    throw await explainRefusal(deps, { contract, headers, requestId, error });
  });
}

function clientOf({ headers }: Request, address: string): Client {
  return { address: address.slice(0, 100), userAgent: headers.get("user-agent")?.slice(0, 500) ?? null };
}

function notReady(): GaiaError {
  return new GaiaError("UNAVAILABLE", "The database is not available", {
    reason: "database.unavailable",
    retryAfterSeconds: 1,
  });
}

// A service has logged its own failure with its cause, which does not travel: a cause here is the gateway's.
function fail({ deps, own }: Routing, contract: Contract | undefined, requestId: string, cause: unknown): Response {
  const error = toGaiaError(cause);
  const fields = {
    service: "gateway",
    operation: contract?.name,
    requestId,
    outcome: error.code,
    reason: error.reason,
  };
  const isLogged = contract !== undefined && own.has(contract.name);
  if (error.status >= 500 && error.cause !== undefined && !isLogged) {
    deps.log.error({ ...fields, error: error.cause }, error.message);
  } else if (!isLogged) {
    deps.log.info(fields, error.message);
  }
  return errorResponse(error, dialectOf(contract), requestId);
}
