import type { GaiaConfig } from "../../config.ts";
import { askHealth } from "./ask-health.ts";
import { fail, type Finding, ok } from "./finding.ts";

const checked = ["AUTH_SERVICE_URL", "CHAT_SERVICE_URL", "KB_SERVICE_URL", "ASSET_SERVICE_URL", "GATEWAY_URL"] as const;

/** Services in other processes, as far as the settings name them. */
export async function checkServices(config: GaiaConfig, fetch: typeof globalThis.fetch): Promise<Finding[]> {
  const named = checked.flatMap((setting) => {
    const url = config[setting];
    return url === undefined ? [] : [{ setting, url }];
  });
  return Promise.all(named.map(({ setting, url }) => checkService(setting, url, fetch)));
}

async function checkService(setting: string, url: string, fetch: typeof globalThis.fetch): Promise<Finding> {
  const { host } = new URL(url);
  const health = await askHealth(url, fetch);
  if (health.state === "gaia") return ok("service", `${setting}: ${host} is ${health.status}`);
  const detail = health.state === "silent" ? `${host} does not answer (${health.reason})` : `${host} is not Gaia`;
  return fail("service", `${setting}: ${detail}`, `Start that service or correct ${setting}`);
}
