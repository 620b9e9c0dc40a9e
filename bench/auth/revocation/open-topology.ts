import { registerHooks } from "node:module";
import { startNats } from "../../../tests/support/start-nats.ts";
import { startPostgres } from "../../../tests/support/start-postgres.ts";
import { startRedis } from "../../../tests/support/start-redis.ts";
import { startGaia, type StartWorld } from "../../../tests/support/start-gaia.ts";
import { openScriptedWorld, type ScriptedWorld } from "../../../tests/support/worlds.ts";

export const topologies = ["all in one", "distributed"] as const;
export type Topology = (typeof topologies)[number];

// The starter of the five processes waits with vitest's `vi`, which works inside vitest only.
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === "vitest"
      ? { url: new URL("poll.ts", import.meta.url).href, shortCircuit: true }
      : next(specifier, context),
});

/** A Gaia in front of a provider that streams without end; it and its servers are stopped with the stack. */
export async function openTopology(topology: Topology, stack: AsyncDisposableStack): Promise<ScriptedWorld> {
  const startWorld = topology === "all in one" ? startGaia : await prepareDistributed(stack);
  const opened = await openScriptedWorld((settings) => startWorld({ ...settings, GAIA_AUTH_AUTOCONFIRM: "true" }));
  stack.defer(() => opened.stop());
  return opened;
}

async function prepareDistributed(stack: AsyncDisposableStack): Promise<StartWorld> {
  const starts = {
    GAIA_TEST_PG_URL: startPostgres,
    GAIA_TEST_NATS_URL: startNats,
    GAIA_TEST_REDIS_URL: startRedis,
  };
  for (const [variable, start] of Object.entries(starts)) {
    const server = await start();
    stack.defer(() => server.stop());
    process.env[variable] = server.url;
  }
  const { startDistributedWorld } = await import("../../../tests/support/start-distributed-gaia.ts");
  return (settings) => startDistributedWorld({ ...settings, REDIS_URL: process.env["GAIA_TEST_REDIS_URL"] ?? "" });
}
