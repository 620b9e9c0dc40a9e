import type { Dialect } from "@gaia/contracts";
import { limitExceeded } from "@gaia/kit/limits/limit-exceeded";
import { rateLimitHeaders } from "@gaia/kit/limits/rate-limit-headers";
import type { RateLimit, RateLimits, Standing } from "@gaia/kit/limits/rate-limits";

/** The limits that one request met. */
export class MetLimits {
  private tightest: Standing | undefined;
  private readonly limits: RateLimits;

  constructor(limits: RateLimits) {
    this.limits = limits;
  }

  /** Counts the request; throws `RATE_LIMITED` above the limit. */
  async meet(limit: RateLimit | null, key: string): Promise<void> {
    if (limit === null) return;
    const standing = await this.limits.take(limit, key);
    if (!standing.isAllowed) throw limitExceeded(standing);
    if (this.tightest === undefined || standing.remaining < this.tightest.remaining) this.tightest = standing;
  }

  /** Tells the caller of the tightest; a refusal tells of its own. */
  tell(response: Response, dialect: Dialect): Response {
    if (this.tightest === undefined || response.headers.has("ratelimit-limit")) return response;
    const headers = rateLimitHeaders(this.tightest, dialect);
    for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
    return response;
  }
}
