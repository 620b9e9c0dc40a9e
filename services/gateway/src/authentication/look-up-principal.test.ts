import { auth, type Principal } from "@gaia/contracts";
import { Secret } from "@gaia/kit/config/secret";
import type { Transport } from "@gaia/kit/transport/transport";
import { describe, expect, test } from "vitest";
import { ada } from "../testing/create-test-gateway.ts";
import { lookUpPrincipal } from "./look-up-principal.ts";

function setup(isDevelopmentKeyAllowed: boolean) {
  const calls: { name: string; input: unknown }[] = [];
  const call = async (operation: { name: string }, _caller: unknown, input: unknown) => {
    calls.push({ name: operation.name, input });
    const principal: Principal = ada;
    return operation.name === auth.verifyToken.name
      ? { principal, expiresAt: 1_800_000_000 }
      : { principal, expiresAt: null };
  };
  const transport = { call } as unknown as Transport;
  const find = (hash: string, token: string | null = null) =>
    lookUpPrincipal(
      { transport, isDevelopmentKeyAllowed },
      { hash, token: token === null ? null : new Secret(token) },
      "request-1",
    );
  return { find, calls };
}

describe("the principal of a credential", () => {
  test("is asked for by the hash of a key", async () => {
    const { find, calls } = setup(false);

    expect(await find("a".repeat(64))).toEqual({ principal: ada, expiresAt: null });
    expect(calls).toEqual([{ name: "auth.verify-api-key", input: { keyHash: "a".repeat(64) } }]);
  });

  test("is asked for by the token where there is one, and ends with it", async () => {
    const { find, calls } = setup(false);

    expect(await find("a".repeat(64), "x.y.z")).toEqual({ principal: ada, expiresAt: 1_800_000_000_000 });
    expect(calls).toEqual([{ name: "auth.verify-token", input: { token: "x.y.z" } }]);
  });

  test("is nobody for a token that is too long, without asking", async () => {
    const { find, calls } = setup(false);

    expect((await find("a".repeat(64), `x.y.${"z".repeat(20_000)}`)).principal).toBeNull();
    expect(calls).toEqual([]);
  });

  test("is nobody for the key that everybody knows, unless this gateway may take it", async () => {
    const exposed = setup(false);
    expect((await exposed.find(auth.developmentKeyHash)).principal).toBeNull();
    expect(exposed.calls).toEqual([]);

    expect((await setup(true).find(auth.developmentKeyHash)).principal).toEqual(ada);
  });
});
