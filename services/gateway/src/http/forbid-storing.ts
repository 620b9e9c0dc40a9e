import type { Contract } from "@gaia/contracts";

/** What is somebody's own, or has credentials in it, is kept by no proxy and no browser, unless its service says how. */
export function forbidStoring(response: Response, { permission, rateClass }: Contract): Response {
  const isPrivate = permission !== "public" || rateClass === "credentials";
  if (isPrivate && !response.headers.has("cache-control")) response.headers.set("cache-control", "no-store");
  return response;
}
