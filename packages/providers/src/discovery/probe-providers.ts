import { toGaiaError } from "@gaia/contracts";
import type { ProvidersConfig } from "../config.ts";
import { type ProviderAccess, providerAccess } from "../create-provider.ts";
import { listProviderModels } from "./list-provider-models.ts";

export interface ProviderProbe {
  readonly provider: ProviderAccess["id"];
  /** Host of the base URL, with its port and without path or credentials. */
  readonly host: string;
  /** `models` is null where the server has no list of models, which says nothing against it. */
  readonly outcome:
    | { readonly state: "unconfigured" }
    | { readonly state: "reachable"; readonly models: number | null }
    | { readonly state: "failed"; readonly reason: string };
}

interface ProbeDeps {
  readonly fetch: typeof fetch;
  readonly timeoutMilliseconds: number;
}

/** Asks every configured provider once for its models, without a registry and its memory. */
export function probeProviders(config: ProvidersConfig, deps: ProbeDeps): Promise<ProviderProbe[]> {
  return Promise.all(
    providerAccess(config).map(async (access) => ({
      provider: access.id,
      host: new URL(access.baseUrl).host,
      outcome: access.configured ? await probe(access, deps) : ({ state: "unconfigured" } as const),
    })),
  );
}

async function probe(access: ProviderAccess, deps: ProbeDeps): Promise<ProviderProbe["outcome"]> {
  const { id: provider, baseUrl, headers } = access;
  try {
    const listing = await listProviderModels({ provider, baseUrl, headers, ...deps });
    return { state: "reachable", models: listing.kind === "known" ? listing.models.length : null };
  } catch (error) {
    return { state: "failed", reason: toGaiaError(error).message };
  }
}
