import { type Dialect, toGaiaError } from "@gaia/contracts";
import { renderError } from "../render-error.ts";

/** Anything thrown, as a response in the route's dialect. */
export function errorResponse(error: unknown, dialect: Dialect, requestId: string): Response {
  const rendered = renderError(toGaiaError(error), dialect, requestId);
  const length = String(Buffer.byteLength(rendered.body));
  return new Response(rendered.body, {
    status: rendered.status,
    headers: { ...rendered.headers, "content-type": rendered.contentType, "content-length": length },
  });
}

export function jsonResponse(value: unknown, status = 200): Response {
  if (status === 204) return new Response(null, { status });
  const body = JSON.stringify(value);
  const headers = { "content-type": "application/json", "content-length": String(Buffer.byteLength(body)) };
  return new Response(body, { status, headers });
}
