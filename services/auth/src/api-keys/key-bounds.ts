import type { KeyLimits } from "@gaia/contracts";
import { isCoveredBy, type Scopes } from "./scope-coverage.ts";

/** What a key may do, until when and how often; `null` where it sets no bound of its own. */
export interface KeyBounds extends KeyLimits {
  readonly scopes: Scopes;
  readonly expiresAt: Date | null;
}

export type KeyBound = keyof KeyBounds;

/** In what the first ones give more than the others. */
export function findWider(bounds: KeyBounds, others: KeyBounds): readonly KeyBound[] {
  const isWider: Readonly<Record<KeyBound, boolean>> = {
    scopes: !isCoveredBy(bounds.scopes, others.scopes),
    expiresAt: isMore(bounds.expiresAt?.getTime() ?? null, others.expiresAt?.getTime() ?? null),
    requestsPerMinute: isMore(bounds.requestsPerMinute, others.requestsPerMinute),
    tokensPerMinute: isMore(bounds.tokensPerMinute, others.tokensPerMinute),
  };
  const names: readonly KeyBound[] = ["scopes", "expiresAt", "requestsPerMinute", "tokensPerMinute"];
  return names.filter((name) => isWider[name]);
}

function isMore(bound: number | null, other: number | null): boolean {
  return (bound ?? Infinity) > (other ?? Infinity);
}
