import { type Contract, forbidden, type Principal } from "@gaia/contracts";
import { isPathClosed } from "./is-path-closed.ts";

/** Throws `FORBIDDEN` where the caller was denied `api:access` to a path of the route. */
export function refuseClosedPath(principal: Principal, contract: Pick<Contract, "http">, path: string): void {
  if (isPathClosed(principal, contract, path)) throw forbidden("api:access");
}
