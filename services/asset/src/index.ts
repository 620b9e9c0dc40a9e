import type { Service } from "@gaia/kit/service";

/** Runs, answers its health, and serves nothing yet: the operations of this domain are not declared. */
export function createAssetService(version: string): Service {
  return { name: "asset", version, bindings: [] };
}
