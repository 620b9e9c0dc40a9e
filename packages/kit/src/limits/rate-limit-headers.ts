import type { Dialect } from "@gaia/contracts";
import { toSeconds } from "./limit-exceeded.ts";
import type { Standing } from "./rate-limits.ts";

/**
 * How a caller stands, as headers tell it: the IETF's fields (draft-ietf-httpapi-ratelimit-headers-07), and where OpenAI's
 * clients call also theirs.
 */
export function rateLimitHeaders(
  { limit, remaining, resetMs }: Omit<Standing, "isAllowed">,
  dialect: Dialect,
): Readonly<Record<string, string>> {
  const reset = toSeconds(resetMs);
  const fields = {
    "ratelimit-limit": String(limit.count),
    "ratelimit-remaining": String(remaining),
    "ratelimit-reset": String(reset),
    "ratelimit-policy": `${limit.count};w=${limit.windowSeconds};comment="${limit.name}"`,
  };
  if (dialect !== "openai" && dialect !== "hybrid") return fields;
  const unit = limit.unit ?? "requests";
  return {
    ...fields,
    [`x-ratelimit-limit-${unit}`]: String(limit.count),
    [`x-ratelimit-remaining-${unit}`]: String(remaining),
    [`x-ratelimit-reset-${unit}`]: `${reset}s`,
  };
}
