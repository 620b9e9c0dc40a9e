import type { LanguageModelV4, LanguageModelV4Content, LanguageModelV4StreamPart } from "@ai-sdk/provider";
import { type Caller, chat, type ChatCompletionRequest, type Event, notFound, type Stream } from "@gaia/contracts";
import { createTestDatabase } from "@gaia/db/testing";
import { createBackground } from "@gaia/kit/background";
import { createMemoryCache } from "@gaia/kit/cache/memory-cache";
import type { Context } from "@gaia/kit/context";
import { createLog } from "@gaia/kit/log";
import type { ModelCard, ModelRegistry, PassThrough } from "@gaia/providers";
import { afterAll } from "vitest";
import type { ExchangeInput } from "../completions/prepare-exchange.ts";
import type { ChatDeps } from "../deps.ts";
import type { UsageRow } from "../usage/usage-row.ts";

export const card: ModelCard = {
  id: "test-model",
  provider: "openai",
  displayName: "Test model",
  ownedBy: "tests",
  created: 7,
  contextWindow: 1000,
  maxOutputTokens: 100,
  abilities: ["chat", "tools"],
  price: {
    input: 2,
    output: 10,
    cachedInput: null,
    cacheWrite: null,
    longPrompt: null,
    asOf: "2026-11-01",
    source: "https://prices.test",
  },
  size: "medium",
  aliases: ["retired-model"],
  toolsOverChatCompletions: true,
};

const usage = {
  inputTokens: { total: 10, noCache: 10, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 4, text: 4, reasoning: 0 },
};

export const finish: LanguageModelV4StreamPart = {
  type: "finish",
  finishReason: { unified: "stop", raw: "stop" },
  usage,
};

export function text(delta: string): LanguageModelV4StreamPart {
  return { type: "text-delta", id: "0", delta };
}

/** What the model does when it is asked: parts as they come, or a failure before the first. */
export type Script = (prompt: string, signal: AbortSignal | undefined) => AsyncIterable<LanguageModelV4StreamPart>;

export function parts(...scripted: readonly LanguageModelV4StreamPart[]): Script {
  return async function* play() {
    yield* scripted;
  };
}

function scriptedModel(script: Script): LanguageModelV4 {
  return {
    specificationVersion: "v4",
    provider: "tests",
    modelId: card.id,
    supportedUrls: {},
    doStream: async ({ prompt, abortSignal }) => ({
      stream: ReadableStream.from(script(JSON.stringify(prompt), abortSignal)) as ReadableStream<LanguageModelV4StreamPart>,
    }),
    async doGenerate({ prompt, abortSignal }) {
      const content: LanguageModelV4Content[] = [];
      for await (const part of script(JSON.stringify(prompt), abortSignal)) {
        if (part.type === "text-delta") content.push({ type: "text", text: part.delta });
        if (part.type === "tool-call") content.push(part);
        if (part.type === "error") throw part.error;
      }
      return { content, finishReason: { unified: "stop", raw: "stop" }, usage, warnings: [] };
    },
  };
}

interface WorldOptions {
  readonly script?: Script;
  readonly passThrough?: PassThrough;
}

/** One database for a test file; each `setup()` empties it and has a user of its own. */
export async function openChatWorld() {
  const test = await createTestDatabase();
  afterAll(() => test.drop());
  const { kysely } = test.database;

  const setup = async ({ script = parts(text("Hel"), text("lo"), finish), passThrough }: WorldOptions = {}) => {
    for (const table of ["event_outbox", "usage_records", "chat_messages", "conversations", "users"] as const) {
      await kysely.deleteFrom(table).execute();
    }
    const userId = crypto.randomUUID();
    await kysely.insertInto("users").values({ id: userId, email: `${userId}@example.test` }).execute();
    const lines: string[] = [];
    const log = await createLog({ level: "info", pretty: false, destination: { write: (line) => lines.push(line) } });
    const published: { readonly subject: string; readonly payload: unknown }[] = [];
    const recorded: UsageRow[] = [];
    const models: ModelRegistry = {
      list: async () => [card],
      async resolve(name) {
        if (name !== undefined && name !== card.id && !card.aliases.includes(name)) throw notFound("Model", name);
        const model = scriptedModel(script);
        return { card, requestedName: name ?? card.id, model, ...(passThrough === undefined ? {} : { passThrough }) };
      },
      providerStates: () => [],
      close: async () => undefined,
    };
    const deps: ChatDeps = {
      kysely,
      models,
      transport: { publish: (event: Event, payload: unknown) => void published.push({ subject: event.subject, payload }) },
      cache: createMemoryCache(),
      usage: { record: (row) => void recorded.push(row), flush: async () => undefined },
      background: createBackground(log),
      log,
      now: () => new Date("2026-11-24T12:00:00.000Z"),
    };
    const caller: Caller = {
      requestId: "request-1",
      principal: {
        kind: "api-key",
        userId,
        email: `${userId}@example.test`,
        apiKeyId: "7b1d0000-0000-4000-8000-000000000002",
        grants: {},
      },
    };
    const gone = new AbortController();
    const context: Context = { ...caller, log, signal: gone.signal };
    const messages = () =>
      kysely.selectFrom("chat_messages").selectAll().orderBy("created_at").orderBy("sequence").execute();
    const conversations = () => kysely.selectFrom("conversations").selectAll().orderBy("created_at").execute();
    const usageRows = () => kysely.selectFrom("usage_records").selectAll().execute();
    const outbox = () => kysely.selectFrom("event_outbox").select(["subject", "payload"]).orderBy("id").execute();
    const events = () => lines.map((line): Record<string, unknown> => JSON.parse(line));
    return { deps, kysely, context, userId, gone, published, recorded, messages, conversations, usageRows, outbox, events };
  };

  return { setup, kysely };
}

export function ask(question: string, more: Partial<ChatCompletionRequest> = {}): ChatCompletionRequest {
  return { messages: [{ role: "user", content: question }], ...more };
}

export function input(request: ChatCompletionRequest, more: Partial<ExchangeInput> = {}): ExchangeInput {
  const contract: Stream = chat.chat;
  return { contract, request, personaId: undefined, conversation: null, ...more };
}
