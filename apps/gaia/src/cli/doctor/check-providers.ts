import { probeProviders, type ProviderProbe } from "@gaia/providers";
import type { GaiaConfig } from "../../config.ts";
import { fail, type Finding, ok, warn } from "./finding.ts";

const check = "models";
const timeoutMilliseconds = 3_000;

/** Asks every configured model provider for its list of models, which costs nothing. */
export async function checkProviders(config: GaiaConfig, fetch: typeof globalThis.fetch): Promise<Finding[]> {
  const probes = await probeProviders(config, { fetch, timeoutMilliseconds });
  const findings = probes.flatMap(describeProbe);
  if (findings.length > 0) return findings;
  const advice = "Set ANTHROPIC_API_KEY or OPENAI_API_KEY, or OPENAI_BASE_URL for a server of your own";
  return [warn(check, "no provider is configured: only gaia-offline answers", advice)];
}

function describeProbe({ provider, host, outcome }: ProviderProbe): Finding[] {
  switch (outcome.state) {
    case "unconfigured":
      return [];
    case "reachable": {
      const models = outcome.models === null ? "tells no list of models" : `lists ${outcome.models} models`;
      return [ok(check, `${provider} at ${host} ${models}`)];
    }
    case "failed": {
      const settings = `${provider.toUpperCase()}_API_KEY and ${provider.toUpperCase()}_BASE_URL`;
      return [
        fail(
          check,
          `${provider} at ${host}: ${outcome.reason}`,
          `Check ${settings}, and that this machine reaches the provider`,
        ),
      ];
    }
  }
}
