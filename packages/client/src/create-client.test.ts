import { chat, type ChatCompletion, type ChatCompletionChunk, GaiaError, type OutputOf } from "@gaia/contracts";
import { describe, expect, expectTypeOf, test } from "vitest";
import type { Fetch } from "./connection.ts";
import { createClient } from "./create-client.ts";

interface Sent {
  readonly url: string;
  readonly method: string | undefined;
  readonly headers: Headers;
  readonly body: unknown;
}

/** A client whose requests are kept and answered by `answer`. */
function setup(answer: (url: string) => Response | Promise<Response>, baseUrl = "http://gaia.test") {
  const sent: Sent[] = [];
  const fetch: Fetch = async (url, { method, headers, body }) => {
    const parsed: unknown = typeof body === "string" ? JSON.parse(body) : body;
    sent.push({ url, method, headers: new Headers(headers), body: parsed });
    return answer(url);
  };
  return { client: createClient({ baseUrl, apiKey: "key-of-ada", headers: { "x-team": "xr" }, fetch }), sent };
}

const completion = {
  id: "chatcmpl-1",
  object: "chat.completion",
  created: 1,
  model: "gaia-offline",
  choices: [{ index: 0, message: { role: "assistant", content: "Hello" }, finish_reason: "stop" }],
};
const messages = [{ role: "user" as const, content: "Hi" }];
const personas = { success: true, personas: [], total: 0, message: "Personas retrieved successfully" };
const model = {
  id: "a/b c",
  object: "model",
  created: 0,
  owned_by: "x",
  provider: "x",
  context_window: null,
  max_output_tokens: null,
  abilities: [],
  price: null,
  aliases: [],
};

/** The error that a call ends with. */
async function failureOf(call: Promise<unknown>): Promise<GaiaError> {
  const error: unknown = await call.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  if (!(error instanceof GaiaError)) throw new Error("The call did not end with a GaiaError", { cause: error });
  return error;
}

describe("a call", () => {
  test("goes to the contract's route with key and headers, and gives the checked answer", async () => {
    const { client, sent } = setup(() => Response.json({ ...personas, undeclared: 1 }));

    expect(await client.chat.listPersonas()).toEqual(personas);
    expect(sent).toMatchObject([{ url: "http://gaia.test/api/v1/chat/personas", method: "GET", body: undefined }]);
    expect(sent[0]?.headers.get("x-api-key")).toBe("key-of-ada");
    expect(sent[0]?.headers.get("x-team")).toBe("xr");
    expect(sent[0]?.headers.get("accept")).toBe("application/json");
    expect(sent[0]?.headers.has("content-type")).toBe(false);
  });

  test("without a key sends none", async () => {
    const seen: Headers[] = [];
    const fetch: Fetch = async (_url, { headers }) => {
      seen.push(new Headers(headers));
      return Response.json({ status: "alive" });
    };

    await createClient({ baseUrl: "http://gaia.test", fetch }).gateway.live();

    expect(seen[0]?.has("x-api-key")).toBe(false);
  });

  test("keeps a path in front of the routes, with or without its slash", async () => {
    for (const baseUrl of ["https://host.test/gaia", "https://host.test/gaia/"]) {
      const { client, sent } = setup(() => Response.json({ status: "alive" }), baseUrl);
      await client.gateway.live();
      expect(sent[0]?.url).toBe("https://host.test/gaia/health/live");
    }
  });

  test("encodes what it puts into the path, and leaves it out of the query", async () => {
    const { client, sent } = setup(() => Response.json(model));

    await client.chat.getModel({ model: "a/b c?d" });

    expect(sent[0]?.url).toBe("http://gaia.test/v1/models/a%2Fb%20c%3Fd");
  });

  test("sends a body as JSON", async () => {
    const answer = { valid: false, auth_type: "none", user_id: null, error: "No" };
    const { client, sent } = setup(() => Response.json(answer));

    expect(await client.auth.validate({ api_key: "other" })).toEqual(answer);
    expect(sent).toMatchObject([
      { method: "POST", url: "http://gaia.test/api/v1/auth/validate", body: { api_key: "other" } },
    ]);
    expect(sent[0]?.headers.get("content-type")).toBe("application/json");
  });

  test("of a page gives its text", async () => {
    const { client } = setup(() => new Response("<!doctype html>", { headers: { "content-type": "text/html" } }));

    expect(await client.gateway.docs()).toBe("<!doctype html>");
  });

  test("that is answered without a body says that it is done", async () => {
    const { client, sent } = setup(() => new Response(null, { status: 204 }));
    const team = "7b1d0000-0000-4000-8000-000000000001";
    expect(await client.teams.deleteTeam({ team_id: team })).toEqual({});
    expect(await client.accounts.eraseAccount({})).toBeUndefined();
    expect(sent.map(({ method, url }) => `${method} ${url}`)).toEqual([
      `DELETE http://gaia.test/api/v1/teams/${team}`,
      "DELETE http://gaia.test/api/v1/auth/account",
    ]);
  });

  test("of a streamed contract asks for the whole answer, whatever the input says", async () => {
    const { client, sent } = setup(() => Response.json(completion));

    const answer = await client.chat.createChatCompletion({ messages, stream: true });

    expect(answer.choices[0]?.message.content).toBe("Hello");
    expect(sent[0]?.body).toEqual({ messages, stream: false });
  });

  test("hands its signal to fetch", async () => {
    const { promise, reject } = Promise.withResolvers<Response>();
    const fetch: Fetch = async (_url, { signal }) => {
      signal?.addEventListener("abort", () => reject(signal.reason));
      return promise;
    };
    const stop = new AbortController();

    const failure = failureOf(
      createClient({ baseUrl: "http://gaia.test", fetch }).gateway.live({}, { signal: stop.signal }),
    );
    stop.abort();

    expect((await failure).code).toBe("CANCELLED");
  });
});

describe("a failed call", () => {
  const respond = (status: number, body: unknown, headers: Record<string, string> = {}) =>
    setup(() => new Response(typeof body === "string" ? body : JSON.stringify(body), { status, headers })).client;

  test("in Gaia's dialect throws code, reason, details and request id", async () => {
    const body = {
      detail: "Persona not found: x",
      code: "NOT_FOUND",
      reason: "persona.gone",
      details: { a: 1 },
      request_id: "r-1",
    };

    const error = await failureOf(respond(404, body).chat.listPersonas());

    expect(error).toMatchObject({
      code: "NOT_FOUND",
      status: 404,
      message: "Persona not found: x",
      reason: "persona.gone",
      details: { a: 1, status: 404, request_id: "r-1" },
    });
  });

  test("with a list of findings throws them, and the first as its message", async () => {
    const detail = [{ type: "invalid_type", loc: ["body", "messages"], msg: "Required" }];

    const error = await failureOf(respond(422, { detail, code: "INVALID_INPUT", request_id: "r" }).chat.listPersonas());

    expect(error).toMatchObject({ code: "INVALID_INPUT", message: "Required", issues: detail });
  });

  test("in OpenAI's dialect throws our code where it is told, and else the status's with OpenAI's as reason", async () => {
    const told = {
      error: { message: "Bad", type: "invalid_request_error", param: "n", code: "invalid_input" },
      request_id: "r-2",
    };
    const reasoned = {
      error: { message: "No model", type: "invalid_request_error", param: null, code: "model_not_found" },
    };

    const first = await failureOf(respond(400, told).chat.listModels());
    const second = await failureOf(respond(404, reasoned).chat.listModels());

    expect(first).toMatchObject({
      code: "INVALID_INPUT",
      message: "Bad",
      reason: undefined,
      details: { status: 400, request_id: "r-2" },
    });
    expect(second).toMatchObject({ code: "NOT_FOUND", message: "No model", reason: "model_not_found" });
  });

  test("tells when to try again", async () => {
    const error = await failureOf(
      respond(429, { detail: "Slow down", code: "RATE_LIMITED" }, { "retry-after": "7" }).gateway.root(),
    );

    expect(error).toMatchObject({ code: "RATE_LIMITED", retryAfterSeconds: 7 });
  });

  test.each([
    [400, "BAD_REQUEST"],
    [401, "UNAUTHENTICATED"],
    [403, "FORBIDDEN"],
    [418, "BAD_REQUEST"],
    [502, "UPSTREAM_FAILED"],
    [503, "UNAVAILABLE"],
    [504, "TIMEOUT"],
    [520, "INTERNAL"],
  ])("of somebody in between, status %i and a page, is %s", async (status, code) => {
    const error = await failureOf(respond(status, "<html>", { "x-request-id": "from-header" }).gateway.root());

    expect(error).toMatchObject({ code, message: `HTTP ${status}`, details: { status, request_id: "from-header" } });
  });

  test("without a connection is unavailable, and keeps the cause", async () => {
    const cause = new TypeError("fetch failed");
    const { client } = setup(() => Promise.reject(cause));

    expect(await failureOf(client.gateway.live())).toMatchObject({ code: "UNAVAILABLE", cause });
  });

  test.each([
    ["breaks its contract", Response.json({ status: "dead" })],
    ["is not the JSON it says", new Response("{", { headers: { "content-type": "application/json" } })],
    ["is empty", new Response(null, { status: 204 })],
  ])("whose answer %s says so", async (_what, response) => {
    const { client } = setup(() => response);

    expect(await failureOf(client.gateway.live())).toMatchObject({
      code: "UPSTREAM_FAILED",
      reason: "answer.unreadable",
    });
  });
});

describe("the types", () => {
  const { client } = setup(() => Response.json({}));

  test("give every contract with a route a call with its input and output", () => {
    expectTypeOf(client.chat.listPersonas).returns.resolves.toEqualTypeOf<OutputOf<typeof chat.listPersonas>>();
    expectTypeOf(client.chat.getModel).parameter(0).toEqualTypeOf<{ model: string }>();
    expectTypeOf(client.chat.createChatCompletion).returns.resolves.toEqualTypeOf<ChatCompletion>();
    expectTypeOf<ReturnType<typeof client.chat.createChatCompletion.stream>>().toEqualTypeOf<
      AsyncIterable<ChatCompletionChunk>
    >();
    expectTypeOf(client.gateway.docs).returns.resolves.toEqualTypeOf<string>();
  });

  test("have no call for what has no route, and no stream for what does not stream", () => {
    expectTypeOf(client.auth).not.toHaveProperty("verifyApiKey");
    expectTypeOf(client.chat).not.toHaveProperty("chatMessageStarted");
    expectTypeOf(client.chat).not.toHaveProperty("ChatCompletionRequest");
    expectTypeOf(client.gateway.docs).not.toHaveProperty("stream");
    expect(Object.keys(client.auth)).toEqual(["validate"]);
    const routed = Object.entries<object>(chat).filter(
      ([, contract]) => "permission" in contract && "http" in contract,
    );
    expect(Object.keys(client.chat).toSorted()).toEqual(routed.map(([name]) => name).toSorted());
  });

  test("ask for an input only where there is something to tell", () => {
    expectTypeOf(client.gateway.addNumbers).toBeCallableWith();
    // @ts-expect-error A model has to be named.
    expectTypeOf(client.chat.getModel).toBeCallableWith();
  });
});
