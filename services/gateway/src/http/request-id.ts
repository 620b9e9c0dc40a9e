import { randomUUID } from "node:crypto";

const wellFormed = /^[A-Za-z0-9._-]{8,128}$/;

/** The caller's `X-Request-Id` if it is harmless in logs and headers, else a new one. */
export function requestIdOf(headers: Headers): string {
  const given = headers.get("x-request-id");
  return given !== null && wellFormed.test(given) ? given : randomUUID();
}
