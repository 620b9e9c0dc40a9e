import { once } from "node:events";
import { createServer } from "node:net";
import { serviceNames } from "@gaia/contracts";
import type { GaiaConfig } from "../../config.ts";
import { defaultPortOf } from "../../upstreams.ts";
import { innerServiceNames } from "../../services.ts";
import { askHealth } from "./ask-health.ts";
import { fail, type Finding, ok } from "./finding.ts";

interface Port {
  readonly check: string;
  readonly setting: string;
  readonly number: number;
}

/** Every port that a Gaia with these settings listens on is free, or answered by one. */
export async function checkPorts(config: GaiaConfig, fetch: typeof globalThis.fetch): Promise<Finding[]> {
  return Promise.all(portsOf(config).map((port) => checkPort(port, config.GAIA_HOST, fetch)));
}

function portsOf({ services, GATEWAY_PORT, WEB_PORT, SERVICE_PORT }: GaiaConfig): Port[] {
  const gateway = { check: "gateway port", setting: "GATEWAY_PORT", number: GATEWAY_PORT };
  const [inner] = innerServiceNames.filter((name) => services.includes(name));
  const isListening = services.length < serviceNames.length && inner !== undefined;
  return [
    ...(services.includes("gateway") ? [gateway] : []),
    ...(services.includes("web") ? [{ check: "web port", setting: "WEB_PORT", number: WEB_PORT }] : []),
    ...(isListening
      ? [{ check: "inner port", setting: "SERVICE_PORT", number: SERVICE_PORT ?? defaultPortOf(inner) }]
      : []),
  ];
}

async function checkPort(
  { check, setting, number }: Port,
  host: string,
  fetch: typeof globalThis.fetch,
): Promise<Finding> {
  if (number === 0) return ok(check, "any free one");
  const obstacle = await tryToListen(number, host);
  if (obstacle === undefined) return ok(check, `${number} is free`);
  if (obstacle !== "EADDRINUSE")
    return fail(check, `${host}:${number} cannot be opened (${obstacle})`, `Change ${setting} or GAIA_HOST`);
  const shownHost = host === "0.0.0.0" || host === "::" ? "localhost" : host;
  const health = await askHealth(`http://${shownHost}:${number}`, fetch);
  if (health.state === "gaia") return ok(check, `${number} is answered by Gaia (${health.status})`);
  return fail(check, `${number} is taken by another program`, `Stop that program, or set ${setting} to another port`);
}

/** The error's code, when the port cannot be had. */
async function tryToListen(port: number, host: string): Promise<string | undefined> {
  const server = createServer();
  try {
    server.listen(port, host);
    await once(server, "listening");
    return undefined;
  } catch (error) {
    return error instanceof Error && "code" in error ? String(error.code) : String(error);
  } finally {
    server.close();
  }
}
