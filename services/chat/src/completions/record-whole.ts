import { toGaiaError } from "@gaia/contracts";
import type { Exchange } from "./exchange.ts";
import type { Outcome } from "./outcome.ts";
import { announceStart, type RecordDeps, recordOutcome } from "./record-outcome.ts";

interface WholeAnswer<Answer> {
  readonly generate: () => Promise<Answer>;
  readonly outcomeOf: (answer: Answer) => Outcome;
}

/** An answer at once, in whatever dialect, recorded before it is given. */
export async function recordWhole<Answer>(
  deps: RecordDeps,
  exchange: Exchange,
  { generate, outcomeOf }: WholeAnswer<Answer>,
): Promise<Answer> {
  announceStart(deps, exchange);
  const answer = await generate().catch(async (cause: unknown) => {
    const error = toGaiaError(cause);
    await recordOutcome(deps, exchange, { text: "", toolCalls: [], usage: undefined, firstTokenMs: null, error });
    throw error;
  });
  await recordOutcome(deps, exchange, outcomeOf(answer));
  return answer;
}
