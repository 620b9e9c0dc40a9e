import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import { LLMock } from "@copilotkit/aimock";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { providerSettings } from "../support/mock-providers.ts";
import type { StartWorld, World } from "../support/start-gaia.ts";
import { type Answer, eventsIn, type Question, type Speech } from "./dialects/answer.ts";
import { type Feature, features, type Provider, providers, teachFeatures } from "./dialects/features.ts";
import { type Cell, renderMatrix, type SeenCell } from "./dialects/render-matrix.ts";
import { speakChat } from "./dialects/speak-chat.ts";
import { speakMessages } from "./dialects/speak-messages.ts";

const redirect = new URL("../support/redirect-openai.ts", import.meta.url).href;
const page = fileURLToPath(new URL("../../docs/dialects.md", import.meta.url));
const compatibleModel = "local-model";

// A model that is known to think is asked to think; the others are what people use.
function modelOf(provider: Provider, { name }: Feature): string {
  switch (provider) {
    case "OpenAI":
      return name === "reasoning" ? "gpt-6-luna" : "gpt-4o";
    case "Anthropic":
      return "claude-haiku-5-5";
    case "compatible":
      return compatibleModel;
    case "offline":
      return "gaia-offline";
  }
}

/** Each dialect in front of each provider, feature by feature; what is seen is `docs/dialects.md`. */
export function describeDialects(topology: string, startWorld: StartWorld): void {
  describe(`the dialects, ${topology}`, () => {
    const mocks: LLMock[] = [];
    const worlds = new Map<Provider, World>();
    const seen: SeenCell[] = [];

    beforeAll(async () => {
      const [openai, anthropic] = [await startMock(mocks, compatibleModel), await startMock(mocks, "claude-haiku-5-5")];
      const [both, official, offline] = await Promise.all([
        startWorld(providerSettings({ openai: openai.url, anthropic: anthropic.url })),
        startWorld({
          OPENAI_API_KEY: "test-openai-key",
          NODE_OPTIONS: `--import=${redirect}`,
          TEST_OPENAI_PORT: new URL(openai.url).port,
        }),
        startWorld(),
      ]);
      worlds.set("OpenAI", official).set("Anthropic", both).set("compatible", both).set("offline", offline);
    }, 120_000);
    afterAll(async () => {
      await Promise.all([...new Set(worlds.values())].map((world) => world.stop()));
      await Promise.all(mocks.map((mock) => mock.stop()));
    });

    const worldOf = (provider: Provider): World => {
      const world = worlds.get(provider);
      if (world === undefined) throw new Error(`no world for ${provider}`);
      return world;
    };

    describe.each([speakChat, speakMessages])("$name", (speech) => {
      describe.each(providers)("in front of %s", (provider) => {
        describe.each([
          ["streamed", true],
          ["whole", false],
        ] as const)("%s", (_how, stream) => {
          test.each(features)("$name", { timeout: 30_000 }, async (feature) => {
            const cell = await see({ world: worldOf(provider), speech, provider, feature, stream });
            expect(cell.kind).toMatch(/works|refused|never/);
            seen.push({ dialect: speech.name, provider, feature: feature.name, stream, cell });
          });
        });
      });
    });

    test("are described as they were seen", async () => {
      await expect(renderMatrix(seen)).toMatchFileSnapshot(page);
    });
  });
}

async function startMock(mocks: LLMock[], model: string): Promise<LLMock> {
  const mock = new LLMock({ host: "127.0.0.1", port: 0 });
  mocks.push(mock);
  teachFeatures(mock);
  // The mock lists the models that its fixtures name.
  mock.on({ model, userMessage: "anything else" }, { content: "Something else." });
  await mock.start();
  return mock;
}

interface Sight {
  readonly world: World;
  readonly speech: Speech;
  readonly provider: Provider;
  readonly feature: Feature;
  readonly stream: boolean;
}

async function see({ world, speech, provider, feature, stream }: Sight): Promise<Cell> {
  if (feature.never?.includes(provider) === true) return { kind: "never" };
  const question = { model: modelOf(provider, feature), ...feature.ask(stream) };
  if (feature.aborts === true) {
    await abort(world, speech, question, stream);
    return { kind: "works" };
  }
  const response = await send(world, speech, { question, stream });
  const answer = await read(response, speech, stream);
  if (answer.status >= 400 && answer.status < 500) {
    expect(answer.failure).toMatch(/support/);
    return { kind: "refused", status: answer.status, reason: withoutModel(answer.failure ?? "", question.model) };
  }
  feature.holds(answer, provider);
  return { kind: "works" };
}

interface Sending {
  readonly question: Question;
  readonly stream: boolean;
  readonly signal?: AbortSignal;
  readonly requestId?: string;
}

function send(world: World, speech: Speech, { question, stream, signal, requestId }: Sending): Promise<Response> {
  return fetch(world.url + speech.path, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      authorization: `Bearer ${world.key}`,
      ...(requestId === undefined ? {} : { "x-request-id": requestId }),
    },
    body: JSON.stringify(speech.body(question, stream)),
    ...(signal === undefined ? {} : { signal }),
  });
}

async function read(response: Response, speech: Speech, stream: boolean): Promise<Answer> {
  const text = await response.text();
  return stream && response.ok
    ? speech.readStream(response.status, eventsIn(text))
    : speech.readWhole(response.status, JSON.parse(text));
}

/** Goes away in the middle, and waits until the books say so. */
async function abort(world: World, speech: Speech, question: Question, stream: boolean): Promise<void> {
  const gone = new AbortController();
  const requestId = randomUUID();
  const asked = send(world, speech, { question, stream, signal: gone.signal, requestId });
  if (stream) await (await asked).body?.getReader().read();
  else await new Promise((resolve) => setTimeout(resolve, 300));
  gone.abort();
  await asked.catch(() => undefined);
  const outcomes = () =>
    world.database.kysely.selectFrom("usage_records").select("outcome").where("request_id", "=", requestId).execute();
  await expect.poll(outcomes, { timeout: 10_000 }).toEqual([{ outcome: "cancelled" }]);
}

function withoutModel(reason: string, model: string): string {
  return reason.replace(`Model ${model}`, "The model");
}
