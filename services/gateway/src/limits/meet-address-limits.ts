import { type Contract, gateway } from "@gaia/contracts";
import type { RateLimit } from "@gaia/kit/limits/rate-limits";
import { limitedAddress } from "./limited-address.ts";
import { type LimitSettings, perMinute } from "./limit-settings.ts";
import type { MetLimits } from "./met-limits.ts";

interface AddressLimits {
  readonly settings: LimitSettings;
  /** The contract's own for the greeting. */
  readonly root: RateLimit;
}

// An orchestrator would take a gateway for dead that tells it to wait. They cost nothing: one check a second serves all.
const probes: ReadonlySet<string> = new Set([gateway.live.name, gateway.ready.name]);

/** What holds for an address before anything else is known of the caller. */
export async function meetAddressLimits(
  { settings, root }: AddressLimits,
  met: MetLimits,
  { contract, address }: { readonly contract: Contract; readonly address: string },
): Promise<void> {
  if (probes.has(contract.name)) return;
  const key = limitedAddress(address);
  await met.meet(perMinute("address", settings.addressRequests), key);
  if (contract.rateClass === "credentials") await met.meet(perMinute("credentials", settings.credentials), key);
  if (contract.name === gateway.root.name) await met.meet(root, key);
}
