import type { gateway, OutputOf } from "@gaia/contracts";
import { GaiaError } from "@gaia/contracts";
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";

/** The original's greeting, word for word: scripts look for it. */
export const greeting: OutputOf<typeof gateway.root> = {
  message: "LLM Platform API is running",
  versions: {
    "v0.2": "/api/v0.2 (recommended - unified streaming API)",
    v1: "/api/v1 (original endpoints)",
    legacy: "/ (will be deprecated)",
  },
  note: "Use v0.2 for the latest OpenAI/Anthropic compatible streaming API.",
};

const secondsOf = { second: 1, minute: 60, hour: 3600, day: 86_400 } as const;

export interface RootLimit {
  /** Counts one request of an address; throws `RATE_LIMITED` above the limit. */
  consume(address: string): Promise<void>;
}

export function createRootLimit(requests: number, period: keyof typeof secondsOf): RootLimit {
  const limiter = new RateLimiterMemory({ points: requests, duration: secondsOf[period] });
  return {
    async consume(address) {
      await limiter.consume(address).catch((cause: unknown) => {
        const retryAfterSeconds = cause instanceof RateLimiterRes ? Math.ceil(cause.msBeforeNext / 1000) : 1;
        throw new GaiaError("RATE_LIMITED", `Rate limit exceeded: ${requests} per 1 ${period}`, { retryAfterSeconds });
      });
    },
  };
}
