import type { gateway, OutputOf } from "@gaia/contracts";
import type { RateLimit } from "@gaia/kit/limits/rate-limits";

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

export interface RootRate {
  readonly requests: number;
  readonly period: keyof typeof secondsOf;
}

/** The original limited the greeting and nothing else. */
export function rootLimit({ requests, period }: RootRate): RateLimit {
  return { name: "root", count: requests, windowSeconds: secondsOf[period] };
}
