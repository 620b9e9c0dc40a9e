import type { ChatCompletionRequest, Principal } from "@gaia/contracts";
import { limitExceeded } from "@gaia/kit/limits/limit-exceeded";
import type { RateLimit } from "@gaia/kit/limits/rate-limits";
import type { ChatDeps } from "../deps.ts";
import { estimateTokens } from "./estimate-tokens.ts";

type LimitDeps = Pick<ChatDeps, "limits" | "tokensPerMinute" | "now">;

/** What one request holds of its caller's tokens until it is known what it cost. */
export interface TokenReservation {
  /** Tokens of the question, as far as they can be estimated. */
  readonly question: number;
  /** To be called once, with what the request cost. */
  settle(spent: number): Promise<void>;
}

const unlimited: TokenReservation = { question: 0, settle: async () => undefined };

/**
 * Takes what the request may cost from the caller's tokens of this minute, or what is left of them; throws `RATE_LIMITED`
 * where nothing is left. So requests at once cannot all spend the same tokens; only what an answer takes beyond its
 * estimate can go above the limit, and the next minute does not pay for it.
 */
export async function reserveTokens(
  { limits, tokensPerMinute, now }: LimitDeps,
  principal: Principal,
  request: ChatCompletionRequest,
): Promise<TokenReservation> {
  const own = principal.kind === "api-key" ? principal.limits.tokensPerMinute : null;
  const count = own ?? tokensPerMinute;
  const key = keyOf(principal);
  if (count === 0 || key === null) return unlimited;
  const limit: RateLimit = { name: "tokens", count, windowSeconds: 60, unit: "tokens" };
  const { remaining } = await limits.look(limit, key);
  const { question, answer } = estimateTokens(request);
  const reserved = Math.max(1, Math.min(question + answer, remaining));
  const standing = await limits.take(limit, key, reserved);
  if (!standing.isAllowed) throw limitExceeded(standing);
  const endsAt = now().getTime() + standing.resetMs;
  return {
    question,
    async settle(spent) {
      // What was reserved in a minute that is over is no longer there to be given back.
      if (spent < reserved && now().getTime() >= endsAt) return;
      await limits.add(limit, key, spent - reserved);
    },
  };
}

function keyOf(principal: Principal): string | null {
  switch (principal.kind) {
    case "api-key":
      return `key:${principal.apiKeyId}`;
    case "user":
      return `user:${principal.userId}`;
    case "guest":
    case "service":
      return null;
  }
}
