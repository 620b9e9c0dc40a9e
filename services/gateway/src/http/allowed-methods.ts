import { type Contract, type Dialect, GaiaError } from "@gaia/contracts";
import { toRoutePath } from "@gaia/kit/http/route-path";
import { errorResponse } from "@gaia/kit/http/to-response";
import { TrieRouter } from "hono/router/trie-router";

export interface AllowedMethods {
  /** 405 with `Allow` for a path that exists under other methods, else 404. */
  answerUnmatched(path: string, requestId: string): Response;
}

export function createAllowedMethods(contracts: readonly Contract[]): AllowedMethods {
  const router = new TrieRouter<string>();
  const methods = new Set<string>();
  for (const { http } of contracts) {
    if (http === undefined) continue;
    methods.add(http.method);
    for (const path of [http.path, ...(http.aliases ?? [])]) router.add(http.method, toRoutePath(path), http.method);
  }
  return {
    answerUnmatched(path, requestId) {
      const trimmed = path.length > 1 ? path.replace(/\/+$/, "") : path;
      const allowed = [...methods].filter((method) => router.match(method, trimmed)[0].length > 0);
      if (allowed.length === 0)
        return errorResponse(new GaiaError("NOT_FOUND", "Not Found"), dialectAt(path), requestId);
      const response = errorResponse(
        new GaiaError("METHOD_NOT_ALLOWED", "Method Not Allowed"),
        dialectAt(path),
        requestId,
      );
      if (allowed.includes("GET")) allowed.push("HEAD");
      response.headers.set("allow", allowed.toSorted().join(", "));
      return response;
    },
  };
}

// Below `/v1` are the vendors' SDKs, which look for an `error` object.
function dialectAt(path: string): Dialect {
  return path.startsWith("/v1/") ? "openai" : "gaia";
}
