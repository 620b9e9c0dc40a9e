const methods = "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT";
const exposed = [
  "x-request-id",
  "x-conversation-id",
  "x-stream-id",
  "server-timing",
  "retry-after",
  "ratelimit-limit",
  "ratelimit-remaining",
  "ratelimit-reset",
  "ratelimit-policy",
  "ratelimit",
  "x-total-count",
  "link",
].join(", ");

export interface CrossOrigin {
  isPreflight(request: Request): boolean;
  /** The answer to a preflight, for any path: 200 `OK`, or 400 with the reason as text. */
  preflight(request: Request): Response;
  /** Adds what the browser needs to let the page read the answer. */
  decorate(request: Request, headers: Headers): void;
}

/** CORS with credentials, as the original's clients know it. Source: https://fetch.spec.whatwg.org/#http-cors-protocol */
export function createCrossOrigin(allowedOrigins: readonly string[]): CrossOrigin {
  const anyOrigin = allowedOrigins.includes("*");
  const isAllowed = (origin: string) => anyOrigin || allowedOrigins.includes(origin);

  return {
    isPreflight: ({ method, headers }) =>
      method === "OPTIONS" && headers.has("origin") && headers.has("access-control-request-method"),
    preflight({ headers }) {
      const origin = headers.get("origin") ?? "";
      if (!isAllowed(origin)) return refuse("Disallowed CORS origin");
      if (!methods.split(", ").includes(headers.get("access-control-request-method") ?? "")) {
        return refuse("Disallowed CORS method");
      }
      return new Response("OK", {
        headers: {
          "access-control-allow-origin": origin,
          "access-control-allow-credentials": "true",
          "access-control-allow-methods": methods,
          "access-control-allow-headers": headers.get("access-control-request-headers") ?? "*",
          "access-control-max-age": "600",
          vary: "Origin",
        },
      });
    },
    decorate(request, headers) {
      // Without an origin too: a cache must not give that answer to a page, nor one page's to another.
      if (!/(?:^|,)\s*(?:origin|\*)\s*(?:,|$)/i.test(headers.get("vary") ?? "")) headers.append("vary", "Origin");
      const origin = request.headers.get("origin");
      // A preflight has its headers already.
      if (origin === null || headers.has("access-control-allow-origin")) return;
      headers.set("access-control-allow-credentials", "true");
      if (!isAllowed(origin)) return;
      headers.set("access-control-allow-origin", anyOrigin ? "*" : origin);
      headers.set("access-control-expose-headers", exposed);
    },
  };
}

function refuse(reason: string): Response {
  return new Response(reason, { status: 400, headers: { vary: "Origin" } });
}
