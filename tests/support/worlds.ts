import OpenAI from "openai";
import {
  mockModels,
  type MockProviders,
  type ProviderName,
  providerSettings,
  type ScriptedProvider,
  startMockProviders,
  startScriptedProvider,
} from "./mock-providers.ts";
import { createPerson, type Person, type Settings, type StartWorld, type World } from "./start-gaia.ts";

export interface ScriptedWorld {
  readonly providers: Record<ProviderName, ScriptedProvider>;
  readonly world: World;
  readonly person: Person;
  stop(): Promise<void>;
}

/** A Gaia with a person, in front of providers that the test scripts byte by byte. */
export async function openScriptedWorld(startWorld: StartWorld, settings: Settings = {}): Promise<ScriptedWorld> {
  const [openai, anthropic] = await Promise.all([
    startScriptedProvider(mockModels.openai),
    startScriptedProvider(mockModels.anthropic),
  ]);
  const providers = providerSettings({ openai: openai.url, anthropic: anthropic.url });
  const world = await startWorld({ ...providers, ...settings });
  return {
    providers: { openai, anthropic },
    world,
    person: await createPerson(world),
    async stop() {
      await world.stop();
      await Promise.all([openai.close(), anthropic.close()]);
    },
  };
}

export interface TaughtWorld {
  readonly providers: MockProviders;
  readonly world: World;
  readonly client: OpenAI;
  stop(): Promise<void>;
}

/** A Gaia in front of mock providers that know some answers, and the official SDK as its client. */
export async function openTaughtWorld(
  startWorld: StartWorld,
  teach: Parameters<typeof startMockProviders>[0],
): Promise<TaughtWorld> {
  const providers = await startMockProviders(teach);
  const world = await startWorld(providers.settings);
  return {
    providers,
    world,
    client: new OpenAI({ baseURL: `${world.url}/v1`, apiKey: world.key, maxRetries: 0 }),
    async stop() {
      await world.stop();
      await providers.stop();
    },
  };
}
