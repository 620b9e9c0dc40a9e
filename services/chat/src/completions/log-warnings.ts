import type { Exchange } from "./exchange.ts";

/** What a provider did not do as asked, for the operator: what a caller must know was refused before. */
export function logWarnings({ context, resolved }: Exchange, warnings: readonly object[]): void {
  if (warnings.length === 0) return;
  context.log.warn(
    { service: "chat", requestId: context.requestId, model: resolved.card.id, warnings },
    "the provider did not do all that was asked",
  );
}
