import { deferCallerSeal } from "@gaia/kit/caller";
import { createLog } from "@gaia/kit/log";
import { createNatsTransport } from "@gaia/kit/transport/nats";
import type { GaiaConfig } from "../../config.ts";
import { fail, type Finding, ok } from "./finding.ts";
import { reachPort } from "./reach-port.ts";

const check = "nats";
const defaultPort = 4222;

export async function checkNats({ NATS_URL }: GaiaConfig): Promise<Finding[]> {
  if (NATS_URL === undefined) return [ok(check, "not configured, and not needed in one process")];
  const { host, hostname, port } = new URL(NATS_URL);
  const obstacle = await reachPort(port === "" ? defaultPort : Number(port), hostname);
  const advice = "Start NATS or correct NATS_URL: until then services cannot call each other";
  if (obstacle !== undefined) return [fail(check, `${host} cannot be reached (${obstacle})`, advice)];

  const log = await createLog({ level: "silent", pretty: false });
  const transport = await createNatsTransport({ url: NATS_URL, name: "gaia-doctor", seal: deferCallerSeal(), log });
  try {
    return [ok(check, `${host} answers in ${(await transport.ping()).toFixed(1)} ms`)];
  } catch {
    return [
      fail(
        check,
        `${host} is reached but lets nobody in`,
        "Check the user and password in NATS_URL, and that this is NATS",
      ),
    ];
  } finally {
    await transport.close();
  }
}
