import { allContracts, GaiaError, serviceOf, type ServiceName } from "@gaia/contracts";
import { Hono } from "hono";
import { toRoutePath } from "./route-path.ts";
import { errorResponse } from "./to-response.ts";
import type { Upstream } from "./upstream.ts";

/** The HTTP side of several services behind one listener: a route goes to its service, the health to the first. */
export function joinServiceApps(apps: ReadonlyMap<ServiceName, Upstream>): Upstream {
  const joined = new Hono({ strict: false });
  for (const contract of allContracts) {
    const app = apps.get(serviceOf(contract));
    if (contract.kind !== "stream" || app === undefined) continue;
    const paths = [contract.http.path, ...(contract.http.aliases ?? [])].map(toRoutePath);
    joined.on(contract.http.method, paths, (context) => app(context.req.raw));
  }
  const [first] = apps.values();
  if (first !== undefined) joined.get("/health", (context) => first(context.req.raw));
  joined.notFound(() => errorResponse(new GaiaError("NOT_FOUND", "Not Found"), "gaia", "unknown"));
  // Routing needs method and path, and hands on what it was given.
  return async (request) => joined.fetch(request as Request);
}
