import { type Contract, forbidden, type Principal } from "@gaia/contracts";

/**
 * Throws `FORBIDDEN` where the caller was denied `api:access` to a path of the route. A route with several paths is one
 * thing: who may not take one of them may not take the others.
 */
export function refuseClosedPath(principal: Principal, { http }: Pick<Contract, "http">, path: string): void {
  if (principal.kind === "guest" || principal.kind === "service" || principal.closedPaths === undefined) return;
  const paths = [path.replace(/(.)\/+$/, "$1"), ...(http === undefined ? [] : [http.path, ...(http.aliases ?? [])])];
  if (principal.closedPaths.some((closed) => paths.some((each) => isBelow(each, closed))))
    throw forbidden("api:access");
}

function isBelow(path: string, closed: string): boolean {
  return closed.endsWith("/*") ? path.startsWith(closed.slice(0, -1)) : path === closed;
}
