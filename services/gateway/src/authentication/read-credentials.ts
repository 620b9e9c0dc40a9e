import { hash } from "node:crypto";
import { isForgedApiKey } from "@gaia/kit/api-key-form";
import { Secret } from "@gaia/kit/config/secret";

/** What a caller shows, by its digest; `token` only where it has the form of a JWT and may have to be verified. */
export interface Credential {
  readonly hash: string;
  readonly token: Secret | null;
  /** It pretends to be a key of Gaia's, and its checksum says that it is nobody's. */
  readonly isForged?: true;
}

export interface Credentials {
  /** The API key in `X-API-Key`. */
  readonly headerKey: Credential | null;
  /** The Bearer token: a JWT, or an API key, which OpenAI's SDKs send that way. */
  readonly bearer: Credential | null;
}

const jwtForm = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** Credentials come from headers only, never from query, cookie or body. */
export function readCredentials(headers: Headers): Credentials {
  // A repeated header arrives joined by commas; the first value counts, as in the original.
  const key = headers.get("x-api-key")?.split(",")[0]?.trim() ?? "";
  const [scheme = "", token = ""] = (headers.get("authorization") ?? "").trim().split(/\s+/, 2);
  const bearer = scheme.toLowerCase() === "bearer" ? token : "";
  return {
    headerKey: key === "" ? null : describe(key, null),
    bearer: bearer === "" ? null : describe(bearer, jwtForm.test(bearer) ? new Secret(bearer) : null),
  };
}

function describe(shown: string, token: Secret | null): Credential {
  return { hash: digest(shown), token, ...(isForgedApiKey(shown) ? { isForged: true } : {}) };
}

function digest(secret: string): string {
  return hash("sha256", secret, "hex");
}
