import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Secret } from "./config/secret.ts";
import { createLog, type LogLevel } from "./log.ts";

async function setup(level: LogLevel = "debug") {
  const lines: string[] = [];
  const log = await createLog({ level, pretty: false, destination: { write: (line) => lines.push(line) } });
  return { log, lines, last: (): Record<string, unknown> => JSON.parse(lines.at(-1) ?? "{}") };
}

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const urlSafe = `${letters}-_`;

function randomText(alphabet: string, minLength: number, maxLength = minLength): fc.Arbitrary<string> {
  return fc.string({ unit: fc.constantFrom(...alphabet.split("")), minLength, maxLength });
}

/** What must not appear, and text in which it does. */
interface Leak {
  readonly secret: string;
  readonly text: string;
}

const leak = (secret: fc.Arbitrary<string>, textFor: (secret: string) => string): fc.Arbitrary<Leak> =>
  secret.map((value) => ({ secret: value, text: textFor(value) }));

const shapes: fc.Arbitrary<Leak> = fc.oneof(
  leak(randomText(`${urlSafe}.~+/`, 20, 60), (token) => `Authorization: Bearer ${token}=`),
  leak(randomText(letters, 20, 60), (token) => `bearer ${token}`),
  leak(randomText(letters, 20, 60), (token) => `Basic ${token}==`),
  leak(randomText(urlSafe, 20, 60), (key) => `sk-${key}`),
  leak(randomText(urlSafe, 20, 60), (key) => `sk-ant-api03-${key}`),
  leak(randomText(letters, 32), (key) => `gaia_PRODUCTION_${key}`),
  leak(randomText(urlSafe, 51), (key) => `gaia_${key}`),
  leak(randomText(urlSafe, 43), (key) => key),
  fc
    .tuple(randomText(urlSafe, 20, 60), randomText(urlSafe, 43))
    .map(([claims, signature]) => ({ secret: signature, text: `eyJhbGciOiJIUzI1NiJ9.eyJ${claims}.${signature}` })),
  leak(
    randomText(`${letters}%-_.!~*'()@`, 12, 30),
    (password) => `postgresql://gaia:${password}@db.internal:5432/gaia`,
  ),
  leak(randomText(letters, 12, 30), (password) => `redis://:${password}@cache:6379`),
);

/** Text around a secret. A secret inside a longer word is none that anybody could recognise. */
const inProse: fc.Arbitrary<Leak> = fc
  .tuple(
    shapes,
    fc.constantFrom("", "key=", "failed with ", '{"key":"', "\n", "a\\n", "(", "x: ", "%20", "é"),
    fc.constantFrom("", " was refused", '"}', "\n", ")", ", too", "&b=1"),
  )
  .map(([{ secret, text }, before, after]) => ({ secret, text: before + text + after }));

const namedFields: fc.Arbitrary<{ readonly secret: string; readonly name: string }> = fc.record({
  secret: randomText(letters, 10, 30),
  name: fc.constantFrom(
    ..."authorization Proxy-Authorization cookie Set-Cookie x-api-key X-API-Key api_key apiKey x-gaia-caller".split(
      " ",
    ),
    ..."password secret token access_token refreshToken client_secret OPENAI_API_KEY REDIS_PASSWORD".split(" "),
  ),
});

/** A value with one secret somewhere in it. */
const anywhere: fc.Arbitrary<{ readonly secret: string; readonly value: unknown }> = fc
  .tuple(
    fc.oneof(
      inProse.map(({ secret, text }) => ({ secret, value: text as unknown })),
      namedFields.map(({ secret, name }) => ({ secret, value: { [name]: secret } as unknown })),
      namedFields.map(({ secret, name }) => ({ secret, value: { [name]: [{ deeper: secret }] } as unknown })),
      shapes.map(({ secret, text }) => ({ secret, value: { [text]: 1 } as unknown })),
    ),
    fc.array(fc.constantFrom("object", "array", "error", "cause", "code", "name", "aggregate", "json"), {
      maxLength: 9,
    }),
    fc.jsonValue(),
  )
  .map(([{ secret, value }, wrappers, noise]) => ({
    secret,
    value: wrappers.reduce<unknown>((inner, wrapper) => wrap(inner, wrapper, noise), value),
  }));

function wrap(inner: unknown, wrapper: string, noise: unknown): unknown {
  const text =
    typeof inner === "string"
      ? inner
      : JSON.stringify(inner, (_key, each: unknown) => (each instanceof Error ? null : each));
  switch (wrapper) {
    case "array":
      return [noise, inner];
    case "error":
      return new Error(typeof inner === "string" ? inner : "failed", { cause: inner });
    case "cause":
      return new TypeError("outer", { cause: inner });
    case "code":
      return Object.assign(new Error("coded"), { code: inner });
    case "name":
      return typeof inner === "string" ? Object.assign(new Error("named"), { name: inner }) : [inner];
    case "aggregate":
      return new AggregateError([new Error("one", { cause: inner })], "many");
    case "json":
      return { toJSON: () => (inner instanceof Error ? text : inner) };
    default:
      return { noise, inner };
  }
}

describe("a log line", () => {
  test("never has a secret, wherever it was", async () => {
    const { log, lines } = await setup();
    const template: string = "in the text: %o";
    fc.assert(
      fc.property(anywhere, ({ secret, value }) => {
        lines.length = 0;
        log.info({ field: value }, "fields");
        log.info({ request: { headers: value } }, "deeper fields");
        log.error([value], "the value itself");
        log.info({}, template, value);
        if (value instanceof Error) log.error(value);
        if (value instanceof Error) log.error(value, "with a text");
        expect(lines.length).toBeGreaterThanOrEqual(4);
        expect(lines.join("").includes(secret)).toBe(false);
        expect(lines.join("").includes(JSON.stringify(secret).slice(1, -1))).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  test("never has a secret in its message", async () => {
    const { log, lines } = await setup();
    fc.assert(
      fc.property(inProse, ({ secret, text }) => {
        lines.length = 0;
        log.info(text);
        log.info({}, text);
        log.info("said %s", text);
        expect(lines).toHaveLength(3);
        expect(lines.join("").includes(secret)).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  test("keeps ordinary ids", async () => {
    const { log, last } = await setup();
    const hex = randomText("0123456789abcdef", 64);
    fc.assert(
      fc.property(fc.uuid(), hex, fc.date({ noInvalidDate: true }), (uuid, hash, date) => {
        const fields = {
          requestId: uuid,
          keyHash: hash,
          at: date.toISOString(),
          where: `/api/v1/conversations/${uuid}`,
        };
        log.info(fields, `page ${uuid} of ${hash}`);
        expect(last()).toMatchObject({ ...fields, message: `page ${uuid} of ${hash}` });
      }),
    );
  });

  test.each([
    "Basic authentication is not supported, send a bearer token",
    "bearer responsibilities, basic functionality.",
    "http://localhost:8666/docs answered, http://127.0.0.1:8080/ as well",
    "the task-management-dashboard-of-tomorrow",
    "chatcmpl-0123456789abcdef0123456789abcdef used 12 tokens of gpt-5-mini-2025-08-07",
    "gaia.chat.message.complete: ada@example.test wrote to gaia-chat-service-production",
    "token_source was provider; max_tokens 100",
  ])("keeps prose: %s", async (text) => {
    const { log, last } = await setup();

    log.info({ text }, text);

    expect(last()).toMatchObject({ text, message: text });
  });

  test("keeps counts and flags whose names only contain a secret's", async () => {
    const { log, last } = await setup();
    const fields = { inputTokens: 3, token_source: "provider", firstTokenMs: 5, passwordless: true, secretary: "Ada" };

    log.info(fields, "usage");

    expect(last()).toMatchObject(fields);
  });

  test("is JSON with level, time and the message last", async () => {
    const { log, lines, last } = await setup();

    log.warn({ pageId: "p-1" }, "page rendered");

    expect(Object.keys(last())).toEqual(["level", "time", "pageId", "message"]);
    expect(last()).toMatchObject({ level: "warn", pageId: "p-1", message: "page rendered" });
    expect(lines[0]).toMatch(/"time":"\d{4}-\d\d-\d\dT/);
  });

  test("tells an error's kind, text, code and causes", async () => {
    const { log, last } = await setup();
    const cause = Object.assign(new TypeError("refused"), { code: "ECONNREFUSED" });

    log.error({ error: new Error("no database", { cause }) }, "failed");

    expect(last()["error"]).toMatchObject({
      type: "Error",
      message: "no database",
      cause: { type: "TypeError", code: "ECONNREFUSED" },
    });
  });

  test("is written whatever the value: circles, deep trees, and what has no JSON", async () => {
    const { log, lines } = await setup();
    const circle: Record<string, unknown> = {};
    circle["self"] = circle;

    log.info({ circle, none: { toJSON: () => undefined }, big: 1n, date: new Date(Number.NaN), map: new Map() }, "odd");
    log.info({ secret: new Secret("s3cret-value") }, "named");
    log.info({ held: new Secret("s3cret-value") }, "wrapped");

    expect(lines).toHaveLength(3);
    expect(lines.join("")).not.toContain("s3cret-value");
  });

  test("below the level is not written", async () => {
    const { log, lines } = await setup("warn");

    log.info("quiet");
    log.warn("loud");

    expect(lines).toHaveLength(1);
  });
});
