import type { Callable } from "./client.ts";

export interface WireRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  /** JSON. */
  readonly body?: string;
  readonly accept: string;
}

/** Puts an input where the route wants it: what the path names there, the rest in the query or in the body. */
export function buildRequest({ http }: Callable, input: object, accept: string): WireRequest {
  const rest = new Map<string, unknown>(Object.entries(input));
  const path = http.path.replaceAll(/\{(\w+)\}/g, (_braces, name: string) => {
    const value = encodeURIComponent(textOf(rest.get(name)));
    rest.delete(name);
    return value;
  });
  if ((http.method === "GET" || http.method === "DELETE") && http.takesBody !== true) {
    return { method: http.method, path: path + queryOf(rest), accept };
  }
  return { method: http.method, path, body: JSON.stringify(Object.fromEntries(rest)), accept };
}

function queryOf(values: ReadonlyMap<string, unknown>): string {
  const query = new URLSearchParams();
  for (const [name, value] of values) {
    if (value === undefined || value === null) continue;
    for (const item of Array.isArray(value) ? value : [value]) query.append(name, textOf(item));
  }
  return query.size === 0 ? "" : `?${query.toString()}`;
}

function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  return JSON.stringify(value) ?? "";
}
