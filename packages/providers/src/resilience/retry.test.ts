import { GaiaError } from "@gaia/contracts";
import { expect, test } from "vitest";
import { toProviderError } from "../errors/to-provider-error.ts";
import { retry } from "./retry.ts";

function failure(status: number, headers: Record<string, string> = {}): GaiaError {
  return toProviderError({ status, headers, bodyText: "", provider: "openai" });
}

function setup(...outcomes: readonly (GaiaError | string)[]) {
  const sleeps: number[] = [];
  let attempts = 0;
  const run = (signal?: AbortSignal, random = 0.5) =>
    retry(
      {
        random: () => random,
        sleep: async (milliseconds) => {
          sleeps.push(milliseconds);
        },
      },
      {
        signal,
        attempt: async () => {
          const outcome = outcomes[attempts] ?? "late";
          attempts += 1;
          if (typeof outcome !== "string") throw outcome;
          return outcome;
        },
      },
    );
  return { run, sleeps, attempts: () => attempts };
}

test("two more attempts, with a jittered delay that doubles", async () => {
  const { run, sleeps } = setup(failure(500), failure(503), "answer");
  expect(await run()).toBe("answer");
  expect(sleeps).toEqual([125, 250]);
});

test("a third failure is the answer", async () => {
  const { run, attempts } = setup(failure(500), failure(500), failure(502), "never");
  await expect(run()).rejects.toMatchObject({ code: "UPSTREAM_FAILED" });
  expect(attempts()).toBe(3);
});

test("what another attempt cannot heal is not repeated", async () => {
  for (const status of [400, 401, 404, 413, 504]) {
    const { run, attempts } = setup(failure(status), "never");
    await expect(run()).rejects.toThrow(GaiaError);
    expect(attempts()).toBe(1);
  }
});

test("the provider's own delay is respected", async () => {
  const { run, sleeps } = setup(failure(429, { "retry-after": "3" }), "answer");
  await run();
  expect(sleeps).toEqual([3000]);
});

test("a long delay is left to the caller", async () => {
  const { run, attempts } = setup(failure(429, { "retry-after": "60" }), "never");
  await expect(run()).rejects.toMatchObject({ code: "RATE_LIMITED", retryAfterSeconds: 60 });
  expect(attempts()).toBe(1);
});

test("nobody waits for a caller who has gone", async () => {
  const { run, attempts } = setup(failure(500), "never");
  await expect(run(AbortSignal.abort())).rejects.toThrow(GaiaError);
  expect(attempts()).toBe(1);
});
