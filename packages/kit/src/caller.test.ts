import { createHmac } from "node:crypto";
import { type Caller, isGaiaError } from "@gaia/contracts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createCallerSeal, deferCallerSeal } from "./caller.ts";
import { Secret } from "./config/secret.ts";

const caller: Caller = {
  requestId: "request-1",
  principal: {
    kind: "api-key",
    userId: "7b1d0000-0000-4000-8000-000000000001",
    email: "ada@example.test",
    apiKeyId: "7b1d0000-0000-4000-8000-000000000002",
    grants: { admin: true },
    limits: { requestsPerMinute: null, tokensPerMinute: null },
    permissions: ["chat:create"],
  },
};

function setup(secret = "between us") {
  const clock = { time: Date.UTC(2026, 10, 24) };
  return { seal: createCallerSeal(new Secret(secret), () => clock.time), clock };
}

/** What somebody who has the secret, and other ideas about the content, would send. */
function signed(payload: string, secret = "between us"): string {
  return `${payload}.${createHmac("sha256", secret).update(payload).digest("base64url")}`;
}

describe("a sealed caller", () => {
  test.each<Caller>([
    caller,
    { requestId: "ü-ñ-🎲", principal: { kind: "guest", permissions: [] } },
    { requestId: "r", principal: { kind: "service", name: "gateway" } },
  ])("opens as what it was: %j", (given) => {
    const { seal } = setup();
    const sealed = seal.seal(given);

    expect(seal.open(sealed)).toEqual(given);
    expect(setup().seal.open(sealed)).toEqual(given);
  });

  test("fits into a header", () => {
    expect(setup().seal.seal({ ...caller, requestId: "ü-ñ-🎲" })).toMatch(/^[\w.-]+$/);
  });

  test("with any character altered, added or taken away does not open", () => {
    const { seal } = setup();
    const sealed = seal.seal(caller);
    fc.assert(
      fc.property(fc.nat(sealed.length - 1), fc.string({ minLength: 0, maxLength: 2 }), (at, replacement) => {
        const altered = sealed.slice(0, at) + replacement + sealed.slice(at + 1);
        fc.pre(altered !== sealed);
        expect(seal.open(altered)).toBeNull();
      }),
      { numRuns: 500 },
    );
  });

  test("opens for a minute, and not a second longer", () => {
    const { seal, clock } = setup();
    const sealed = seal.seal(caller);

    clock.time += 60_000;
    expect(seal.open(sealed)).toEqual(caller);
    clock.time += 1000;
    expect(seal.open(sealed)).toBeNull();
  });

  test("that is opened for the first time after a minute does not open either", () => {
    const { seal, clock } = setup();
    const sealed = seal.seal(caller);

    clock.time += 61_000;
    expect(seal.open(sealed)).toBeNull();
  });

  test("opens again and again, also after many others", () => {
    const { seal } = setup();
    const first = seal.seal(caller);
    const others = Array.from({ length: 2000 }, (_, index) => ({ ...caller, requestId: `request-${index}` }));
    const sealed = others.map((other) => seal.seal(other));

    expect([seal.open(first), seal.open(first)]).toEqual([caller, caller]);
    expect(sealed.map((each) => seal.open(each))).toEqual(others);
  });

  test("does not open with another secret", () => {
    expect(setup("theirs").seal.open(setup("ours").seal.seal(caller))).toBeNull();
  });

  test("that is garbage does not open, and does not throw", () => {
    const { seal } = setup();
    const likeSeals = fc.stringMatching(/^[\w-]{0,20}\.[\w-]{0,20}\.[\w-]{43}$/);
    const garbage = fc.oneof(fc.string(), likeSeals, fc.constantFrom("", ".", "..", "..."));
    fc.assert(
      fc.property(garbage, (text) => {
        expect(seal.open(text)).toBeNull();
      }),
    );
  });

  test.each([
    ["no JSON", `9000000000000.${Buffer.from("{").toString("base64url")}`],
    ["no base64", `9000000000000.%%%`],
    ["nothing", `9000000000000.`],
    [
      "a principal of an unknown kind",
      `9000000000000.${Buffer.from('{"requestId":"r","principal":{"kind":"god"}}').toString("base64url")}`,
    ],
    ["no request id", `9000000000000.${Buffer.from('{"principal":{"kind":"guest"}}').toString("base64url")}`],
    ["no time", `soon.${Buffer.from(JSON.stringify(caller)).toString("base64url")}`],
    ["an empty time", `.${Buffer.from(JSON.stringify(caller)).toString("base64url")}`],
  ])("with a good signature over %s does not open", (_what, payload) => {
    expect(setup().seal.open(signed(payload))).toBeNull();
  });
});

describe("a deferred seal", () => {
  test("is unavailable until its secret is there, and then as good as any", () => {
    const seal = deferCallerSeal();
    for (const attempt of [() => seal.seal(caller), () => seal.open("x.y.z")]) {
      expect(attempt).toThrow(expect.objectContaining({ code: "UNAVAILABLE" }));
      expect(attempt).toThrow(expect.toSatisfy(isGaiaError));
    }

    seal.provide(new Secret("between us"));

    expect(createCallerSeal(new Secret("between us")).open(seal.seal(caller))).toEqual(caller);
  });
});
