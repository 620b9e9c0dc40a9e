import type { Contract, Principal } from "@gaia/contracts";

/**
 * True where the caller was denied `api:access` to a path of the route. A route with several paths is one thing: who may
 * not take one of them may not take the others.
 */
export function isPathClosed(principal: Principal, { http }: Pick<Contract, "http">, path: string): boolean {
  if (principal.kind === "guest" || principal.kind === "service" || principal.closedPaths === undefined) return false;
  const paths = [path.replace(/(.)\/+$/, "$1"), ...(http === undefined ? [] : [http.path, ...(http.aliases ?? [])])];
  return principal.closedPaths.some((closed) => paths.some((each) => isBelow(each, closed)));
}

function isBelow(path: string, closed: string): boolean {
  return closed.endsWith("/*") ? path.startsWith(closed.slice(0, -1)) : path === closed;
}
