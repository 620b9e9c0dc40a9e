import type { Principal } from "@gaia/contracts";
import { describe, expect, test } from "vitest";
import { ada } from "../testing/create-test-gateway.ts";
import { type Admission, createPrincipalCache, type FoundPrincipal } from "./principal-cache.ts";

/** A cache over look-ups that the test answers one by one, and a clock that stands still. */
function setup() {
  const lookups: {
    hash: string;
    answer: (principal: Principal | null, expiresAt?: number) => void;
    fail: (error: Error) => void;
  }[] = [];
  const clock = { time: 1 };
  const cache = createPrincipalCache(
    ({ hash }) => {
      const { promise, resolve, reject } = Promise.withResolvers<FoundPrincipal>();
      const answer = (principal: Principal | null, expiresAt?: number) =>
        resolve({ principal, expiresAt: expiresAt ?? null });
      lookups.push({ hash, answer, fail: reject });
      return promise;
    },
    () => clock.time,
  );
  const find = (hash: string, admit?: Admission) => cache.find({ hash, token: null }, "request-1", admit);
  const learn = async (hash: string, principal: Principal | null, expiresAt?: number) => {
    const found = find(hash);
    lookups.at(-1)?.answer(principal, expiresAt);
    return found;
  };
  return { cache, find, learn, lookups, clock };
}

describe("the principal cache", () => {
  test("looks a key up once and remembers it for a minute", async () => {
    const { find, learn, lookups, clock } = setup();

    expect(await learn("a", ada)).toEqual(ada);
    clock.time += 59_999;
    expect(await find("a")).toEqual(ada);
    expect(lookups).toHaveLength(1);
    clock.time += 2;

    expect(await learn("a", null)).toBeNull();
    expect(lookups).toHaveLength(2);
  });

  test("remembers for five seconds that a key is unknown", async () => {
    const { find, learn, lookups, clock } = setup();

    await learn("a", null);
    clock.time += 4999;
    expect(await find("a")).toBeNull();
    expect(lookups).toHaveLength(1);
    clock.time += 2;

    expect(await learn("a", ada)).toEqual(ada);
  });

  test("remembers a token no longer than it lasts, and an ended one not at all", async () => {
    const { find, learn, lookups, clock } = setup();

    await learn("a", ada, clock.time + 1000);
    clock.time += 999;
    expect(await find("a")).toEqual(ada);
    clock.time += 2;
    await learn("a", ada, clock.time - 1);
    await learn("a", ada, clock.time - 1);

    expect(lookups).toHaveLength(3);
  });

  test("keeps keys apart", async () => {
    const { learn, lookups } = setup();

    expect(await learn("a", ada)).toEqual(ada);
    expect(await learn("b", null)).toBeNull();
    expect(lookups.map(({ hash }) => hash)).toEqual(["a", "b"]);
  });

  test("asks once for many who ask at the same time", async () => {
    const { find, lookups } = setup();

    const found = Array.from({ length: 50 }, () => find("a"));
    lookups[0]?.answer(ada);

    expect(new Set(await Promise.all(found))).toEqual(new Set([ada]));
    expect(lookups).toHaveLength(1);
  });

  test("does not remember a failure", async () => {
    const { find, learn, lookups } = setup();
    const failed = [find("a"), find("a")];
    lookups[0]?.fail(new Error("the database is away"));
    for (const each of failed) await expect(each).rejects.toThrow("the database is away");

    expect(await learn("a", ada)).toEqual(ada);
  });

  test("asks again for a key that it was told to forget", async () => {
    const { cache, learn, lookups } = setup();
    await learn("a", ada);

    cache.forget("a");

    expect(await learn("a", null)).toBeNull();
    expect(lookups).toHaveLength(2);
  });

  test("forgets the sessions of a user that have ended, and all of a user who is banned", async () => {
    const { cache, find, learn, lookups } = setup();
    const { userId, email } = ada;
    const session = (sessionId: string): Principal => ({ kind: "user", userId, email, sessionId, permissions: [] });
    await learn("key", ada);
    await learn("one", session("session-1"));
    await learn("two", session("session-2"));
    await learn("other", { ...session("session-1"), userId: crypto.randomUUID() } as Principal);

    cache.forgetUser(userId, ["session-1"]);

    for (const kept of ["key", "two", "other"]) await find(kept);
    expect(lookups).toHaveLength(4);
    expect(await learn("one", null)).toBeNull();

    cache.forgetUser(userId, null);

    expect(await learn("key", null)).toBeNull();
    expect(await learn("two", null)).toBeNull();
    await find("other");
    expect(lookups).toHaveLength(7);
  });

  test("does not remember a look-up that was under way when some user's sessions ended", async () => {
    const { cache, find, learn, lookups } = setup();
    const early = find("a");
    cache.forgetUser(ada.userId, ["session-1"]);
    lookups[0]?.answer(ada);
    await early;

    expect(await learn("a", null)).toBeNull();
  });

  test("does not remember a look-up that was under way when its key was revoked", async () => {
    const { cache, find, learn, lookups } = setup();
    const early = find("a");
    cache.forget("a");
    lookups[0]?.answer(ada);
    await early;

    expect(await learn("a", null)).toBeNull();
    expect(lookups).toHaveLength(2);
  });

  test("lets a look-up from before a revocation neither answer nor end the one after it", async () => {
    const { cache, find, lookups } = setup();
    const early = find("a");
    cache.forget("a");
    const late = find("a");
    lookups[0]?.answer(ada);
    expect(await early).toEqual(ada);
    const later = find("a");
    lookups[1]?.answer(null);

    expect(await Promise.all([late, later])).toEqual([null, null]);
    expect(await find("a")).toBeNull();
    expect(lookups).toHaveLength(2);
  });

  test("is not emptied of the known by a flood of the unknown", async () => {
    const { find, learn, lookups } = setup();
    await learn("a", ada);
    for (let index = 0; index < 25_000; index += 1) await learn(`unknown-${index}`, null);

    expect(await find("a")).toEqual(ada);
    expect(lookups).toHaveLength(25_001);
  });
});

describe("who may be looked up", () => {
  const refuse: Admission = () => Promise.reject(new Error("not now"));

  test("is asked for credentials that are not known here, and for none else", async () => {
    const { find, learn, lookups } = setup();
    await expect(find("a", refuse)).rejects.toThrow("not now");
    expect(lookups).toHaveLength(0);
    await learn("a", ada);
    await learn("b", null);

    expect(await find("a", refuse)).toEqual(ada);
    expect(await find("b", refuse)).toBeNull();
  });

  test("is anybody who was let in lately, even when that has to be looked up anew", async () => {
    const { cache, find, learn, lookups, clock } = setup();
    await learn("a", ada);
    clock.time += 60_001;

    const again = find("a", refuse);
    lookups.at(-1)?.answer(ada);
    expect(await again).toEqual(ada);
    cache.forget("a");
    const afterwards = find("a", refuse);
    lookups.at(-1)?.answer(null);
    expect(await afterwards).toBeNull();

    clock.time += 5_001;
    await expect(find("a", refuse)).rejects.toThrow("not now");
  });

  test("is nobody any more who has not come for an hour", async () => {
    const { find, learn, clock } = setup();
    await learn("a", ada);
    clock.time += 3_600_001;

    await expect(find("a", refuse)).rejects.toThrow("not now");
  });

  test("is not asked again where somebody else asks already", async () => {
    const { find, lookups } = setup();
    const first = find("a");
    const second = find("a", refuse);
    lookups[0]?.answer(ada);

    expect(await Promise.all([first, second])).toEqual([ada, ada]);
  });
});

test("somebody without an account is forgotten with the session or all that is known of them", async () => {
  const { cache, find, learn, lookups } = setup();
  const guest = { kind: "guest", permissions: [], userId: "anonymous", sessionId: "session-1" } as const;
  for (const sessions of [["session-1"], null]) {
    await learn("a", guest);
    cache.forgetUser("anonymous", ["another"]);
    expect(await find("a")).toEqual(guest);
    cache.forgetUser("anonymous", sessions);
  }
  await learn("a", guest);

  expect(lookups).toHaveLength(3);
});
