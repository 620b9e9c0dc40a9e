import { type Caller, chat, type ChatCompletionRequest, type Event, type Stream } from "@gaia/contracts";
import type { Tables } from "@gaia/db";
import { createTestDatabase } from "@gaia/db/testing";
import { createBackground } from "@gaia/kit/background";
import { createMemoryCache } from "@gaia/kit/cache/memory-cache";
import type { Context } from "@gaia/kit/context";
import { createMemoryLimits } from "@gaia/kit/limits/memory-limits";
import { createLog } from "@gaia/kit/log";
import { createLocalTransport } from "@gaia/kit/transport/local";
import type { PassThrough } from "@gaia/providers";
import type { Kysely } from "kysely";
import { afterAll } from "vitest";
import type { ExchangeInput } from "../completions/prepare-exchange.ts";
import type { ChatDeps } from "../deps.ts";
import { createStreamLog } from "../stream-log/stream-log.ts";
import type { UsageRow } from "../usage/usage-row.ts";
import { openScriptedAccess } from "./scripted-access.ts";
import { finish, parts, type Script, scriptedRegistry, text } from "./scripted-registry.ts";

interface WorldOptions {
  readonly script?: Script;
  readonly passThrough?: PassThrough;
}

const emptied = ["event_outbox", "usage_records", "chat_messages", "conversations", "users"] as const;

/** One database for a test file; each `setup()` empties it and has a user of its own. */
export async function openChatWorld() {
  const test = await createTestDatabase();
  afterAll(() => test.drop());
  const { kysely } = test.database;
  return {
    setup: async (options: WorldOptions = {}) => {
      for (const table of emptied) await kysely.deleteFrom(table).execute();
      return createWorld(kysely, options);
    },
  };
}

async function createWorld(kysely: Kysely<Tables>, { script, passThrough }: WorldOptions) {
  const userId = crypto.randomUUID();
  await kysely
    .insertInto("users")
    .values({ id: userId, email: `${userId}@example.test` })
    .execute();
  const lines: string[] = [];
  const log = await createLog({ level: "info", pretty: false, destination: { write: (line) => lines.push(line) } });
  const published: { readonly subject: string; readonly payload: unknown }[] = [];
  const recorded: UsageRow[] = [];
  const access = await openScriptedAccess(log);
  const deps: ChatDeps = {
    kysely,
    models: scriptedRegistry(script ?? parts(text("Hel"), text("lo"), finish), passThrough),
    transport: {
      call: access.call,
      publish: (event: Event, payload: unknown) => void published.push({ subject: event.subject, payload }),
    },
    cache: createMemoryCache(),
    streams: createStreamLog({ kysely, transport: createLocalTransport({ log }), log }),
    usage: { record: (row) => void recorded.push(row), flush: async () => undefined },
    limits: createMemoryLimits(),
    tokensPerMinute: 0,
    background: createBackground(log),
    log,
    now: () => new Date("2026-11-24T12:00:00.000Z"),
  };
  const gone = new AbortController();
  const context: Context = { ...callerOf(userId), log, signal: gone.signal };
  const events = () => lines.map((line): Record<string, unknown> => JSON.parse(line));
  return { deps, kysely, access, context, userId, gone, published, recorded, events, ...storedIn(kysely) };
}

function callerOf(userId: string): Caller {
  return {
    requestId: "request-1",
    principal: {
      kind: "api-key",
      userId,
      email: `${userId}@example.test`,
      apiKeyId: "7b1d0000-0000-4000-8000-000000000002",
      grants: {},
      limits: { requestsPerMinute: null, tokensPerMinute: null },
      permissions: ["chat:create", "conversation:read", "model:read", "persona:read", "persona:write"],
    },
  };
}

function storedIn(kysely: Kysely<Tables>) {
  return {
    messages: () => kysely.selectFrom("chat_messages").selectAll().orderBy("created_at").orderBy("sequence").execute(),
    conversations: () => kysely.selectFrom("conversations").selectAll().orderBy("created_at").execute(),
    usageRows: () => kysely.selectFrom("usage_records").selectAll().execute(),
    outbox: () => kysely.selectFrom("event_outbox").select(["subject", "payload"]).orderBy("id").execute(),
  };
}

export function ask(question: string, more: Partial<ChatCompletionRequest> = {}): ChatCompletionRequest {
  return { messages: [{ role: "user", content: question }], ...more };
}

export function input(request: ChatCompletionRequest, more: Partial<ExchangeInput> = {}): ExchangeInput {
  const contract: Stream = chat.chat;
  return { contract, request, personaId: undefined, conversation: null, ...more };
}
