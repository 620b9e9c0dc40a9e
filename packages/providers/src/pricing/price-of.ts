import type { ModelCard, ModelPrice } from "../catalogue/model-card.ts";

/** Tokens of one call. The cached ones are part of `inputTokens`, as all providers' totals after normalisation are. */
export interface TokenUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cachedInputTokens?: number | undefined;
  readonly cacheWriteTokens?: number | undefined;
}

// Prices have at most four decimals per million tokens and bills eight per call, so this unit makes sums exact.
const unitsPerDollar = 100_000_000n;
const priceScale = 10_000;

/**
 * Cost of a call in US dollars, a decimal with eight places, rounded half up; `null` where the price is unknown. Cache
 * rates that are unknown count as plain input, which is never too little to reserve.
 */
export function priceOf(card: Pick<ModelCard, "price">, usage: TokenUsage): string | null {
  if (!card.price) return null;
  const rates = ratesFor(card.price, usage.inputTokens);
  const cached = usage.cachedInputTokens ?? 0;
  const written = usage.cacheWriteTokens ?? 0;
  const plain = Math.max(0, usage.inputTokens - cached - written);
  const scaled =
    product(plain, rates.input) +
    product(cached, rates.cachedInput ?? rates.input) +
    product(written, rates.cacheWrite ?? rates.input) +
    product(usage.outputTokens, rates.output);
  return decimal((scaled * unitsPerDollar + halfDivisor) / divisor);
}

const divisor = BigInt(priceScale) * 1_000_000n;
const halfDivisor = divisor / 2n;

function ratesFor(price: ModelPrice, inputTokens: number): Omit<ModelPrice, "longPrompt" | "asOf" | "source"> {
  const { longPrompt } = price;
  return longPrompt && inputTokens > longPrompt.aboveInputTokens ? longPrompt : price;
}

function product(tokens: number, dollarsPerMillion: number): bigint {
  return BigInt(Math.max(0, Math.round(tokens))) * BigInt(Math.round(dollarsPerMillion * priceScale));
}

function decimal(units: bigint): string {
  return `${units / unitsPerDollar}.${(units % unitsPerDollar).toString().padStart(8, "0")}`;
}
