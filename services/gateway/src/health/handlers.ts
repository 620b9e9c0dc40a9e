import { gateway, GaiaError } from "@gaia/contracts";
import { implement, type OperationBinding } from "@gaia/kit/binding";
import { checkHealth, type HealthDeps } from "./check-health.ts";
import { shareFor } from "./share-for.ts";

// Anybody may ask, and each check asks every part.
const sharedForMs = 1000;

export function healthHandlers(deps: HealthDeps): OperationBinding[] {
  const check = shareFor(sharedForMs, () => checkHealth(deps));
  return [
    implement(gateway.health, check),
    implement(gateway.live, async () => ({ status: "alive" as const })),
    implement(gateway.ready, async () => {
      const { database, services } = await check();
      const needed = [database, services["auth"], services["chat"]];
      if (!deps.isReady() || needed.some((part) => part?.status !== "healthy"))
        throw new GaiaError("UNAVAILABLE", "Not ready");
      return { status: "ready" as const };
    }),
  ];
}
