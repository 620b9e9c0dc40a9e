import { isGaiaError } from "@gaia/contracts";
import type { RateLimits } from "@gaia/kit/limits/rate-limits";
import { expect, test } from "vitest";
import { createClockLimits } from "../testing/create-clock-limits.ts";
import { limitGuesses, limitMail } from "./limits.ts";

const address = "ada@example.test";

function setup() {
  const clock = { time: 0 };
  const limits = createClockLimits(() => new Date(clock.time));
  const keys: string[] = [];
  const watched: RateLimits = {
    ...limits,
    take(limit, key) {
      keys.push(`${limit.name}:${key}`);
      return limits.take(limit, key);
    },
  };
  const failureOf = async (work: Promise<void>) =>
    work.then(
      () => "none",
      (error: unknown) => (isGaiaError(error) ? `${error.message} (${error.retryAfterSeconds})` : String(error)),
    );
  const mail = (kind = "recovery") => failureOf(limitMail(watched, kind, address));
  const guess = (kind = "password") => failureOf(limitGuesses(watched, kind, address));
  return { clock, keys, mail, guess };
}

test("a mail of one kind goes out once a minute, in Supabase's words; another kind does not wait for it", async () => {
  const { clock, mail } = setup();
  expect(await mail()).toBe("none");
  clock.time += 20_000;

  expect(await mail()).toBe("For security purposes, you can only request this after 40 seconds. (40)");
  expect(await mail("signup")).toBe("none");
  clock.time += 40_000;

  expect(await mail()).toBe("none");
});

test("guesses at a password and at codes are counted apart, thirty in five minutes", async () => {
  const { clock, guess } = setup();
  for (let times = 0; times < 30; times += 1) expect(await guess()).toBe("none");

  expect(await guess()).toBe("Request rate limit reached (300)");
  expect(await guess("code")).toBe("none");
  clock.time += 300_000;

  expect(await guess()).toBe("none");
});

test("nobody's address is where counts are kept", async () => {
  const { keys, mail, guess } = setup();
  await mail();
  await guess();

  expect(keys).toHaveLength(3);
  for (const key of keys) expect(key).toMatch(/^[a-z-]+:[0-9a-f]{64}$/);
});
