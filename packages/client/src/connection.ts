import { GaiaError } from "@gaia/contracts";
import { readErrorResponse } from "./read-error.ts";
import type { WireRequest } from "./build-request.ts";

/** As much of `fetch` as the client uses. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface ClientOptions {
  /** Of the gateway; a path in front of the routes is kept. */
  readonly baseUrl: string;
  /** Sent as `X-API-Key`. */
  readonly apiKey?: string;
  /** The platform's own by default. */
  readonly fetch?: Fetch;
  /** Sent with every request: `{ authorization: "Bearer …" }` for a person who has logged in. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends a request; gives the answer of a success and throws everything else. */
export type Connection = (request: WireRequest, signal: AbortSignal | undefined) => Promise<Response>;

export function createConnection({ baseUrl, apiKey, fetch, headers }: ClientOptions): Connection {
  const root = baseUrl.replace(/\/+$/, "");
  // Browsers refuse their own `fetch` when it is called as somebody else's method.
  const send: Fetch = fetch ?? ((url, init) => globalThis.fetch(url, init));
  const common = { ...headers, ...(apiKey === undefined ? {} : { "x-api-key": apiKey }) };

  return async ({ method, path, body, accept }, signal) => {
    const type = body === undefined ? {} : { "content-type": "application/json" };
    const response = await send(root + path, {
      method,
      headers: { ...common, ...type, accept },
      ...(body === undefined ? {} : { body }),
      ...(signal === undefined ? {} : { signal }),
    }).catch((cause: unknown) => {
      throw toConnectionError(cause, signal);
    });
    if (response.ok) return response;
    throw await readErrorResponse(response);
  };
}

/** A failure of the network, or the end that the caller's signal made. */
export function toConnectionError(cause: unknown, signal: AbortSignal | undefined): GaiaError {
  if (signal?.aborted === true) return new GaiaError("CANCELLED", "The request was cancelled", { cause });
  return new GaiaError("UNAVAILABLE", "Gaia cannot be reached", { reason: "connection.failed", cause });
}
