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

/** What holds for an address before anything else is known of the caller. Whoever watches the health may always ask. */
export async function meetAddressLimits(
  { settings, root }: AddressLimits,
  met: MetLimits,
  { contract, address }: { readonly contract: Contract; readonly address: string },
): Promise<void> {
  if (contract.http?.path.startsWith("/health") === true) return;
  const key = limitedAddress(address);
  await met.meet(perMinute("address", settings.addressRequests), key);
  if (contract.rateClass === "credentials") await met.meet(perMinute("credentials", settings.credentials), key);
  if (contract.name === gateway.root.name) await met.meet(root, key);
}
