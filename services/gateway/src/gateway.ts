import {
  allContracts,
  type Client,
  type Contract,
  GaiaError,
  nobody,
  type Principal,
  toGaiaError,
} from "@gaia/contracts";
import { type Binding, isOperationBinding } from "@gaia/kit/binding";
import { errorResponse } from "@gaia/kit/http/to-response";
import { literalPathsFirst } from "@gaia/kit/http/literal-paths-first";
import { toRoutePath } from "@gaia/kit/http/route-path";
import type { RateLimits } from "@gaia/kit/limits/rate-limits";
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
import { forbidStoring } from "./http/forbid-storing.ts";
import {
  answerOperation,
  answerStream,
  dialectOf,
  type ForwardDeps,
  forwardOperation,
  forwardStream,
} from "./http/forward.ts";
import { forwardToSupabase } from "./http/forward-to-supabase.ts";
import { requestIdOf } from "./http/request-id.ts";
import { rootLimit, type RootRate } from "./http/root.ts";
import { createFailedCredentials, type FailedCredentials } from "./limits/failed-credentials.ts";
import type { LimitSettings } from "./limits/limit-settings.ts";
import { meetAddressLimits } from "./limits/meet-address-limits.ts";
import { meetPrincipalLimits } from "./limits/meet-principal-limits.ts";
import { MetLimits } from "./limits/met-limits.ts";
import { guardAnswer } from "./revocation/guard-answer.ts";
import { OpenStreams } from "./revocation/open-streams.ts";
import { watchRevocations } from "./revocation/watch-revocations.ts";
import { addSecurityHeaders } from "./http/security-headers.ts";

export interface GatewayDeps extends ForwardDeps, Omit<LookUpDeps, "transport">, Omit<HealthDeps, "upstreamTo"> {
  readonly version: string;
  readonly allowedOrigins: readonly string[];
  readonly limits: RateLimits;
  readonly limitSettings: LimitSettings;
  /** Of the greeting. */
  readonly rateLimit: RootRate;
  /** The client's address; a request that did not come over a socket has none. */
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
  readonly failures: FailedCredentials;
  readonly own: ReadonlyMap<string, Binding>;
}

/** The public edge: one route per contract, each authenticated and authorized before its body is read. */
export function createGateway(deps: GatewayDeps): Gateway {
  const principals = createPrincipalCache((credential, requestId) => lookUpPrincipal(deps, credential, requestId));
  const routing: Routing = {
    deps,
    principals,
    streams: new OpenStreams({ principals, log: deps.log }),
    failures: createFailedCredentials(deps.limits, deps.limitSettings.failedCredentials),
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

  for (const { contract, method, path } of routesOf(allContracts)) {
    app.on(method, toRoutePath(path), async (context) => {
      const requestId = context.get("requestId");
      const request = context.req.raw;
      const met = new MetLimits(deps.limits);
      const finish = (response: Response) => forbidStoring(met.tell(response, dialectOf(contract)), contract);
      try {
        const inbound = {
          request,
          pathParameters: context.req.param(),
          requestId,
          address: deps.addressOf(request, context.env),
          path: context.req.path,
          met,
        };
        return finish(await answer(routing, contract, inbound));
      } catch (error) {
        return finish(fail(routing, contract, requestId, error));
      }
    });
  }
  app.notFound((context) => allowedMethods.answerUnmatched(context.req.path, context.get("requestId")));
  app.onError((error, context) => fail(routing, undefined, context.get("requestId"), error));
  return app;
}

function routesOf(contracts: readonly Contract[]) {
  const routes = contracts.flatMap((contract) => {
    const { http } = contract;
    return http === undefined
      ? []
      : [http.path, ...(http.aliases ?? [])].map((path) => ({ contract, method: http.method, path }));
  });
  return literalPathsFirst(routes);
}

interface RoutedRequest {
  readonly request: Request;
  readonly requestId: string;
  readonly pathParameters: Readonly<Record<string, string>>;
  readonly address: string;
  /** As it was matched, with what was encoded in it decoded. */
  readonly path: string;
  readonly met: MetLimits;
}

async function answer(routing: Routing, contract: Contract, routed: RoutedRequest): Promise<Response> {
  const { deps, streams, own } = routing;
  const { request, requestId, pathParameters, met, address } = routed;
  const root = rootLimit(deps.rateLimit);
  await meetAddressLimits({ settings: deps.limitSettings, root }, met, { contract, address });
  if (request.method === "HEAD" && contract.http?.actsOnGet === true) return new Response();
  if (deps.supabaseUrl !== null && dialectOf(contract) === "supabase") {
    const caller = { requestId, principal: nobody, client: clientOf(request, address) };
    return forwardToSupabase({ ...deps, supabaseUrl: deps.supabaseUrl }, { contract, request, caller });
  }
  const binding = own.get(contract.name);
  if (binding === undefined && !deps.isReady()) throw notReady();
  const since = streams.count;
  const shown = contract.permission === "public" ? null : await identify(routing, contract, routed);
  const principal = shown?.principal ?? nobody;
  refuseClosedPath(principal, contract, routed.path);
  const caller = { requestId, principal, client: clientOf(request, address) };
  const inbound = { request, pathParameters, caller };
  if (binding === undefined) return forward(routing, contract, inbound, { shown, since, path: routed.path });
  return answerHere(deps, binding, inbound);
}

type Inbound = Parameters<typeof forwardStream>[2];

async function answerHere({ log }: GatewayDeps, binding: Binding, inbound: Inbound): Promise<Response> {
  return isOperationBinding(binding) ? answerOperation(log, binding, inbound) : answerStream(log, binding, inbound);
}

/** To the service; what a caller with credentials is sent by and by ends when they are revoked. */
async function forward(
  { deps, streams }: Routing,
  contract: Contract,
  inbound: Inbound,
  { shown, since, path }: { readonly shown: Authenticated | null; readonly since: number; readonly path: string },
): Promise<Response> {
  if (contract.kind === "operation") return forwardOperation(deps, contract, inbound);
  if (shown === null) return forwardStream(deps, contract, inbound);
  const { requestId } = inbound.caller;
  const guarded = { ...shown, requestId, contract, since, path, dialect: dialectOf(contract) };
  return guardAnswer(streams, guarded, (revocation) => forwardStream(deps, contract, inbound, revocation));
}

async function identify(
  { deps, principals, failures }: Routing,
  contract: Contract,
  { request, requestId, address, met }: RoutedRequest,
): Promise<Authenticated> {
  const { headers } = request;
  const shown = await authenticate({ principals, failures }, headers, { requestId, address }).catch(
    async (error: unknown) => {
      throw await explainRefusal(deps, { contract, headers, requestId, error });
    },
  );
  await meetPrincipalLimits(deps.limitSettings, met, { contract, principal: shown.principal, address });
  return shown;
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
