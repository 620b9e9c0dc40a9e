import { chat, GaiaError, isGaiaError } from "@gaia/contracts";
import { createMemoryLimits } from "@gaia/kit/limits/memory-limits";
import type { RateLimit } from "@gaia/kit/limits/rate-limits";
import { describe, expect, test } from "vitest";
import { respond, type RespondInput } from "../completions/respond.ts";
import { ask, input, openChatWorld } from "../testing/open-chat-world.ts";
import { finish, parts, type Script, text } from "../testing/scripted-registry.ts";
import { reserveTokens } from "./reserve-tokens.ts";

const world = await openChatWorld();
const limitOf = (count: number): RateLimit => ({ name: "tokens", count, windowSeconds: 60, unit: "tokens" });

/** A caller with so many tokens a minute, of a model whose answers cost fourteen unless the script says otherwise. */
async function setup(
  tokensPerMinute: number | null,
  { script, common = 0 }: { script?: Script; common?: number } = {},
) {
  const base = await world.setup(script === undefined ? {} : { script });
  const calls = { count: 0 };
  const models = {
    ...base.deps.models,
    resolve: async (name?: string) => {
      const resolved = await base.deps.models.resolve(name);
      const doGenerate: typeof resolved.model.doGenerate = (options) => {
        calls.count += 1;
        return resolved.model.doGenerate(options);
      };
      return { ...resolved, model: { ...resolved.model, doGenerate } };
    },
  };
  const deps = { ...base.deps, models, tokensPerMinute: common };
  const { principal } = base.context;
  if (principal.kind !== "api-key") throw new Error("Not a key");
  const limits = { ...principal.limits, tokensPerMinute };
  const context = { ...base.context, principal: { ...principal, limits } };
  const send = (more: object = {}, wish: Partial<RespondInput> = {}) => {
    const given = {
      ...input(ask("Hi", more)),
      contract: chat.chat,
      hasMetadata: false,
      streamErrors: "openai" as const,
    };
    return respond(deps, context, { ...given, ...wish });
  };
  const outcomeOf = async (work: Promise<Response>) =>
    work.then(
      async (response) => {
        await response.text();
        return "answered";
      },
      (error: unknown) => (isGaiaError(error) ? `${error.code}: ${error.message}` : String(error)),
    );
  const left = async () => {
    const count = tokensPerMinute ?? common;
    return (await deps.limits.look(limitOf(count), `key:${principal.apiKeyId}`)).remaining;
  };
  return { ...base, deps, context, calls, send, outcomeOf, left };
}

const refused = "RATE_LIMITED: Rate limit exceeded: 20 tokens per 1 minute";

describe("tokens a minute", () => {
  test("are spent as the provider counts them; with none left, no model is called", async () => {
    const { send, outcomeOf, left, calls } = await setup(20);

    expect(await outcomeOf(send())).toBe("answered");
    expect(await left()).toBe(6);
    expect(await outcomeOf(send())).toBe("answered");
    expect(await left()).toBe(0);
    expect(await outcomeOf(send())).toBe(refused);

    expect(calls.count).toBe(2);
  });

  test("are spent by streams too", async () => {
    const { send, outcomeOf, left } = await setup(20);

    expect(await outcomeOf(send({ stream: true }))).toBe("answered");
    expect(await left()).toBe(6);
    expect(await outcomeOf(send({ stream: true }))).toBe("answered");
    expect(await outcomeOf(send({ stream: true }))).toBe(refused);
  });

  test("tell when to come back, and how they stand", async () => {
    const { send } = await setup(10);
    await send();

    const error: unknown = await send().catch((thrown: unknown) => thrown);

    expect(isGaiaError(error) && error.retryAfterSeconds).toBeGreaterThan(50);
    expect(error).toMatchObject({ reason: "rate_limit.exceeded", details: { limit: "tokens" } });
  });

  test("are not spent twice by requests at once", async () => {
    const { send, outcomeOf, left } = await setup(20);

    const outcomes = await Promise.all(Array.from({ length: 50 }, () => outcomeOf(send())));

    expect(outcomes.filter((outcome) => outcome === "answered")).toHaveLength(1);
    expect(await left()).toBe(6);
  });

  test("are held only as far as a request can need them", async () => {
    const { send, outcomeOf, left } = await setup(200);

    const outcomes = await Promise.all(Array.from({ length: 10 }, () => outcomeOf(send({ max_tokens: 13 }))));

    expect(outcomes.filter((outcome) => outcome === "answered")).toHaveLength(10);
    expect(await left()).toBe(60);
  });

  test("are given back by what failed before it cost anything", async () => {
    const fails: Script = () => {
      throw new GaiaError("UPSTREAM_FAILED", "The provider is away");
    };
    const { send, outcomeOf, left } = await setup(20, { script: fails });

    for (const more of [{}, { stream: true }]) expect(await outcomeOf(send(more))).toMatch(/^UPSTREAM_FAILED/);
    expect(await outcomeOf(send({}, { conversation: crypto.randomUUID() }))).toMatch(/^NOT_FOUND/);

    expect(await left()).toBe(20);
  });

  test("are spent by an answer that nobody waited for, as far as it came", async () => {
    const endless: Script = async function* endless(_prompt, signal) {
      yield text("x".repeat(400));
      const isOver = () => signal?.aborted === true;
      while (!isOver()) yield text("");
    };
    const { send, left } = await setup(2000, { script: endless });
    const response = await send({ stream: true });
    const reader = response.body?.getReader();
    let seen = "";
    while (!seen.includes("xxx")) seen += new TextDecoder().decode((await reader?.read())?.value);
    await reader?.cancel();

    await expect.poll(left).toBeLessThanOrEqual(2000 - 101);
    expect(await left()).toBeGreaterThan(1500);
  });

  test("that a provider does not count are estimated", async () => {
    const silent: Script = parts(text("x".repeat(400)), { ...finish, usage: nothing } as typeof finish);
    const { send, outcomeOf, left } = await setup(2000, { script: silent });

    await outcomeOf(send({ stream: true }));

    expect(await left()).toBeLessThanOrEqual(2000 - 100);
  });

  test("are limited for everybody whose key says nothing, where the installation says so", async () => {
    const everybody = await setup(null, { common: 14 });
    expect(await everybody.outcomeOf(everybody.send())).toBe("answered");
    expect(await everybody.outcomeOf(everybody.send())).toMatch(/^RATE_LIMITED/);

    const nobody = await setup(null);
    for (let times = 0; times < 5; times += 1) expect(await nobody.outcomeOf(nobody.send())).toBe("answered");
  });
});

const nothing = {
  inputTokens: { total: undefined, noCache: undefined, cacheRead: undefined, cacheWrite: undefined },
  outputTokens: { total: undefined, text: undefined, reasoning: undefined },
};

test("what was held in a minute that is over is not given back to the next", async () => {
  const { context } = await setup(100);
  const clock = { time: Date.now() };
  const limits = createMemoryLimits();
  const deps = { limits, tokensPerMinute: 100, now: () => new Date(clock.time) };
  const reservation = await reserveTokens(deps, context.principal, ask("Hi", { max_tokens: 50 }));
  clock.time += 61_000;

  await reservation.settle(10);

  const { principal } = context;
  const standing = await limits.look(limitOf(100), principal.kind === "api-key" ? `key:${principal.apiKeyId}` : "");
  expect(standing.remaining).toBe(49);
});
