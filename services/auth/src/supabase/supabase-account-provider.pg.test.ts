import { GaiaError } from "@gaia/contracts";
import { expect, test } from "vitest";
import { openAuthWorld } from "../testing/open-auth-world.ts";
import { stranger } from "../testing/open-identity-world.ts";
import { createSupabaseAccountProvider } from "./supabase-account-provider.ts";

const { setup } = await openAuthWorld();

test("guesses at a password are limited by account, however the address is written, before the project is asked", async () => {
  const { deps } = await setup();
  let asked = 0;
  const call = () => {
    asked += 1;
    return Promise.reject(new GaiaError("BAD_REQUEST", "Invalid login credentials"));
  };
  const provider = createSupabaseAccountProvider(deps, { hasServiceKey: false, call });
  const guess = (email: string) => provider.signIn(stranger, { email, password: "wrong" });

  for (let count = 0; count < 30; count += 1) {
    await expect(guess("ada@example.test")).rejects.toMatchObject({ code: "BAD_REQUEST" });
  }
  await expect(guess("Ada@Example.TEST")).rejects.toMatchObject({ code: "RATE_LIMITED" });

  expect(asked).toBe(30);
});
