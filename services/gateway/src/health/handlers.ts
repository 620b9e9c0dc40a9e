import { gateway, GaiaError } from "@gaia/contracts";
import { implement, type OperationBinding } from "@gaia/kit/binding";
import { checkHealth, type HealthDeps } from "./check-health.ts";

export const healthHandlers = (deps: HealthDeps): OperationBinding[] => [
  implement(gateway.health, () => checkHealth(deps)),
  implement(gateway.live, async () => ({ status: "alive" as const })),
  implement(gateway.ready, async () => {
    const { database, services } = await checkHealth(deps);
    const needed = [database, services["auth"], services["chat"]];
    if (!deps.isReady() || needed.some((part) => part?.status !== "healthy"))
      throw new GaiaError("UNAVAILABLE", "Not ready");
    return { status: "ready" as const };
  }),
];
