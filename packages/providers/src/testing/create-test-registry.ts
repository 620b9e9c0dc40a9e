import type { Environment } from "@gaia/kit/config/load-config";
import { loadConfig } from "@gaia/kit/config/load-config";
import { createLog } from "@gaia/kit/log";
import { providersConfig } from "../config.ts";
import { createModelRegistry, type ModelRegistryOptions } from "../create-model-registry.ts";
import type { ModelRegistry } from "../model-registry.ts";

export interface TestWorld {
  readonly registry: ModelRegistry;
  /** Milliseconds that retries asked to wait. */
  readonly sleeps: readonly number[];
  /** Moves the clock, which starts on 1 December 2026. */
  readonly pass: (milliseconds: number) => void;
}

/** A registry whose clock stands still and whose retries do not wait. */
export async function createTestRegistry(
  environment: Environment,
  options: Partial<ModelRegistryOptions> = {},
): Promise<TestWorld> {
  let time = Date.UTC(2026, 11, 1);
  const sleeps: number[] = [];
  const registry = createModelRegistry({
    config: loadConfig(providersConfig, environment),
    log: await createLog({ level: "silent", pretty: false }),
    now: () => time,
    random: () => 0.5,
    sleep: async (milliseconds) => {
      sleeps.push(milliseconds);
    },
    ...options,
  });
  return {
    registry,
    sleeps,
    pass: (milliseconds) => {
      time += milliseconds;
    },
  };
}
