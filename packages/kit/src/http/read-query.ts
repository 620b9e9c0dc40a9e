import type { Contract } from "@gaia/contracts";

/** What a route takes from the query of an address: no secrets, because addresses end up in the logs of proxies. */
export function readQuery(
  { http, rateClass }: Pick<Contract, "http" | "rateClass">,
  url: string,
): Record<string, string> {
  const start = url.indexOf("?");
  if (start === -1) return {};
  const query = Object.fromEntries(new URLSearchParams(url.slice(start)));
  const isInBody = http?.takesBody === true || (rateClass === "credentials" && http?.method !== "GET");
  const names = http?.query ?? (isInBody ? [] : null);
  return names === null ? query : Object.fromEntries(Object.entries(query).filter(([name]) => names.includes(name)));
}
