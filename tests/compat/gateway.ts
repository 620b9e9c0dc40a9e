import { describe, afterAll, beforeAll } from "vitest";
import {
  mockModels,
  providerSettings,
  type ScriptedProvider,
  startScriptedProvider,
} from "../support/mock-providers.ts";
import type { StartWorld, World } from "../support/start-gaia.ts";
import { describeBadInput } from "./bad-input.ts";
import { describeBrowsers } from "./browsers.ts";
import { describeCredentials } from "./credentials.ts";
import { describeEveryRoute } from "./every-route.ts";
import { describeHealth } from "./health.ts";
import { describeHttp } from "./http.ts";

/** What the sections of this spec share. */
export interface GatewayWorld {
  readonly world: () => World;
  readonly provider: () => ScriptedProvider;
  readonly isDistributed: boolean;
}

/** The public edge as a client without any SDK meets it. */
export function describeGateway(name: string, startWorld: StartWorld): void {
  describe(`the gateway, ${name}`, () => {
    let provider: ScriptedProvider;
    let world: World;
    const shared = { world: () => world, provider: () => provider, isDistributed: name === "distributed" };

    beforeAll(async () => {
      provider = await startScriptedProvider(mockModels.openai);
      const { OPENAI_BASE_URL, OPENAI_API_KEY } = providerSettings({ openai: provider.url, anthropic: provider.url });
      world = await startWorld({ OPENAI_BASE_URL: String(OPENAI_BASE_URL), OPENAI_API_KEY: String(OPENAI_API_KEY) });
    });
    afterAll(async () => {
      await world?.stop();
      await provider?.close();
    });

    describeHealth(shared);
    describeHttp(shared);
    describeBrowsers(shared);
    describeCredentials(shared);
    describeBadInput(shared);
    describeEveryRoute(shared);
  });
}
