import type { RateLimit } from "@gaia/kit/limits/rate-limits";

/** So many a minute; 0 sets no limit. */
export interface LimitSettings {
  readonly addressRequests: number;
  readonly failedCredentials: number;
  readonly credentials: number;
  readonly requests: number;
  /** Of everything that an account has together. */
  readonly userRequests: number;
  readonly modelRequests: number;
}

export function perMinute(name: string, count: number): RateLimit | null {
  return count === 0 ? null : { name, count, windowSeconds: 60 };
}
