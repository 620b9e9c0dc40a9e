import { hash } from "node:crypto";

export interface Credentials {
  /** Hash of the API key in `X-API-Key`, if there is one. */
  readonly headerKeyHash: string | null;
  /** Hash of the Bearer token, which OpenAI's SDKs use for API keys. */
  readonly bearerHash: string | null;
}

/** Credentials come from headers only, never from query, cookie or body. Raw secrets stay in this function. */
export function readCredentials(headers: Headers): Credentials {
  // A repeated header arrives joined by commas; the first value counts, as in the original.
  const key = headers.get("x-api-key")?.split(",")[0]?.trim() ?? "";
  const [scheme = "", token = ""] = (headers.get("authorization") ?? "").trim().split(/\s+/, 2);
  const bearer = scheme.toLowerCase() === "bearer" ? token : "";
  return { headerKeyHash: hashOrNull(key), bearerHash: hashOrNull(bearer) };
}

function hashOrNull(secret: string): string | null {
  return secret === "" ? null : hash("sha256", secret, "hex");
}
