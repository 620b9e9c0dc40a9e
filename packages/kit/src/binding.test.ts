import {
  type Caller,
  chat,
  defineOperation,
  defineStream,
  type GaiaError,
  isGaiaError,
  notFound,
} from "@gaia/contracts";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { authorize, implement, implementStream, invoke, parseInput } from "./binding.ts";
import type { Context } from "./context.ts";
import { createLog } from "./log.ts";

const ada: Caller = {
  requestId: "request-1",
  principal: {
    kind: "api-key",
    userId: "7b1d0000-0000-4000-8000-000000000001",
    email: "ada@example.test",
    apiKeyId: "7b1d0000-0000-4000-8000-000000000002",
    grants: {},
    limits: { requestsPerMinute: null, tokensPerMinute: null },
    permissions: ["chat:create", "conversation:read", "model:read", "persona:read"],
  },
};
const guest: Caller = { requestId: "request-2", principal: { kind: "guest", permissions: [] } };

const addition = defineOperation({
  name: "chat.add",
  summary: "Adds",
  permission: "chat:create",
  input: z.object({ amount: z.coerce.number(), step: z.number().default(1) }),
  output: z.object({ amount: z.number() }),
});

async function setup(caller: Caller = ada) {
  const lines: string[] = [];
  const log = await createLog({ level: "debug", pretty: false, destination: { write: (line) => lines.push(line) } });
  const context: Context = { ...caller, log, signal: new AbortController().signal };
  return { context, lines, events: () => lines.map((line): Record<string, unknown> => JSON.parse(line)) };
}

async function failureOf(work: Promise<unknown>): Promise<GaiaError> {
  const error: unknown = await work.catch((cause: unknown) => cause);
  if (isGaiaError(error)) return error;
  throw new Error("No GaiaError", { cause: error });
}

function issuesOf(schema: z.ZodType, value: unknown, place?: string): GaiaError {
  try {
    parseInput(schema, value, place);
  } catch (error) {
    if (isGaiaError(error)) return error;
  }
  throw new Error("The input is valid");
}

describe("binding", () => {
  test.each(["chat:destroy", "", undefined, "constructor"])("refuses a contract that asks for %j", (permission) => {
    const operation = { ...addition, permission } as unknown as typeof addition;
    const stream = { ...chat.chat, permission } as unknown as typeof chat.chat;

    expect(() => implement(operation, async () => ({ amount: 1 }))).toThrow("chat.add declares no known permission");
    expect(() => implementStream(stream, async () => new Response())).toThrow("chat.chat declares no known permission");
  });
});

describe("authorizing", () => {
  test("lets through who may, and refuses others by the permission's name", () => {
    expect(() => authorize(ada, addition)).not.toThrow();
    expect(() => authorize(guest, addition)).toThrow(
      expect.objectContaining({
        code: "FORBIDDEN",
        message: "Permission denied: chat:create",
        reason: "permission.denied",
      }),
    );
  });
});

describe("invoking", () => {
  test("hands over the parsed input and the context", async () => {
    const { context } = await setup();
    const seen: unknown[] = [];
    const binding = implement(addition, async ({ requestId, principal }, input) => {
      seen.push({ requestId, principal }, input);
      return { amount: 0 };
    });

    await invoke(binding, context, { amount: "41", undeclared: true });

    expect(seen).toEqual([ada, { amount: 41, step: 1 }]);
  });

  test("lets no undeclared field leave, at any depth", async () => {
    const { context } = await setup();
    const nested = {
      ...addition,
      output: z.object({ user: z.object({ id: z.string() }), tags: z.array(z.object({ a: z.int() })) }),
    };
    const stored = { user: { id: "u", hash: "h" }, tags: [{ a: 1, secret: 2 }], internal: true };

    const output = await invoke(
      implement(nested, async () => stored),
      context,
      { amount: 1 },
    );

    expect(output).toEqual({ user: { id: "u" }, tags: [{ a: 1 }] });
  });

  test("refuses who may not before anything is parsed or done", async () => {
    const { context } = await setup(guest);
    let calls = 0;
    const binding = implement(addition, async () => ({ amount: (calls += 1) }));

    const error = await failureOf(invoke(binding, context, { amount: "not a number" }));

    expect(error.code).toBe("FORBIDDEN");
    expect(calls).toBe(0);
  });

  test("makes an answer that breaks its contract INTERNAL, without a word about it", async () => {
    const { context, events } = await setup();
    const binding = implement(addition, async () => ({ amount: "secret-amount" }) as never);

    const error = await failureOf(invoke(binding, context, { amount: 1 }));

    expect(error.toWire()).toEqual({ code: "INTERNAL", message: "Internal server error" });
    expect(events()).toMatchObject([{ level: "error", outcome: "INTERNAL" }]);
    expect(JSON.stringify(events())).toContain("expected number");
  });

  test("hides what it did not throw itself, and logs it", async () => {
    const { context, events } = await setup();
    const binding = implement(addition, async () => {
      throw new Error('relation "api_keys" does not exist');
    });

    const error = await failureOf(invoke(binding, context, { amount: 1 }));

    expect(JSON.stringify(error.toWire())).not.toContain("api_keys");
    expect(events()).toMatchObject([{ level: "error", error: { message: 'relation "api_keys" does not exist' } }]);
  });

  test("passes on what the use-case refused", async () => {
    const { context } = await setup();
    const error = notFound("Thing", "x");

    expect(
      await failureOf(
        invoke(
          implement(addition, () => Promise.reject(error)),
          context,
          { amount: 1 },
        ),
      ),
    ).toBe(error);
  });

  test("writes one wide event, whatever the end", async () => {
    const { context, events, lines } = await setup();
    const ends = [
      async () => ({ amount: 2 }),
      () => Promise.reject(notFound("Thing")),
      () => Promise.reject(new Error("broken")),
    ];

    for (const end of ends) await invoke(implement(addition, end), context, { amount: 1 }).catch(() => undefined);

    const common = {
      service: "chat",
      operation: "chat.add",
      requestId: "request-1",
      principal: "api-key",
      userId: "7b1d0000-0000-4000-8000-000000000001",
    };
    expect(events()).toMatchObject([
      { ...common, level: "info", outcome: "OK", message: "chat.add" },
      { ...common, level: "info", outcome: "NOT_FOUND" },
      { ...common, level: "error", outcome: "INTERNAL" },
    ]);
    expect(events().every(({ ms }) => typeof ms === "number")).toBe(true);
    expect(lines.join("")).not.toContain("ada@example.test");
  });
});

describe("a refused input", () => {
  test("is told in FastAPI's list, and never shows what was sent", () => {
    const schema = z.object({ email: z.email(), password: z.string().min(10), n: z.int() });

    const error = issuesOf(schema, { email: "hunter2", password: "hunter2", n: "hunter2" });

    expect(error).toMatchObject({ code: "INVALID_INPUT", status: 422 });
    expect(error.issues?.map(({ loc }) => loc)).toEqual([
      ["body", "email"],
      ["body", "password"],
      ["body", "n"],
    ]);
    for (const issue of error.issues ?? []) expect(Object.keys(issue).toSorted()).toEqual(["loc", "msg", "type"]);
    expect(JSON.stringify(error.toWire())).not.toContain("hunter2");
  });

  test("names its place, and the first finding in its message", () => {
    const error = issuesOf(z.object({ limit: z.int() }), {}, "query");

    expect(error.issues?.[0]?.loc).toEqual(["query", "limit"]);
    expect(error.message).toMatch(/^Invalid input: query\.limit: /);
  });

  test.each([
    ["what `messages` lacks", { messages: [] }, ["body", "messages"]],
    ["the message that is wrong", { messages: [{ role: "user", content: 1 }] }, ["body", "messages", 0, "content"]],
    ["the role that does not exist", { messages: [{ role: "wizard", content: "" }] }, ["body", "messages", 0, "role"]],
    [
      "the part that is wrong",
      { messages: [{ role: "user", content: [{ type: "text" }] }] },
      ["body", "messages", 0, "content", 0, "text"],
    ],
    ["the flat message, when that was sent", { message: 5 }, ["body", "message"]],
    ["what both need, when neither was sent", {}, ["body", "messages"]],
    ["a field both have", { message: "Hi", temperature: 3 }, ["body", "temperature"]],
  ])("of a union points at %s", (_what, value, loc) => {
    const error = issuesOf(chat.createCompatibleCompletion.input, value);

    expect(error.issues?.[0]?.loc).toEqual(loc);
    expect(error.issues?.[0]?.msg).not.toBe("Invalid input");
  });

  test("of a body that is no object at all is one finding", () => {
    expect(issuesOf(chat.createCompatibleCompletion.input, 5).issues).toHaveLength(1);
  });
});

test("a stream is bound with the function that answers it", async () => {
  const { context } = await setup();
  const page = defineStream({
    name: "gateway.page",
    summary: "A page",
    permission: "public",
    http: { method: "GET", path: "/page" },
    input: z.object({}),
    output: z.string(),
  });

  const binding = implementStream(page, async () => new Response("here"));

  expect(await (await binding.handle(context, {} as never)).text()).toBe("here");
});
