import { chat, forbidden, identity, invalidCredentials, unauthenticated } from "@gaia/contracts";
import { implement } from "@gaia/kit/binding";
import { createLog } from "@gaia/kit/log";
import { createLocalTransport } from "@gaia/kit/transport/local";
import { describe, expect, test } from "vitest";
import { explainRefusal } from "./explain-refusal.ts";

/** An auth service to which every token belongs to a session that is over. */
async function setup() {
  const asked: string[] = [];
  const transport = createLocalTransport({ log: await createLog({ level: "silent", pretty: false }) });
  await transport.serve([
    implement(identity.explainRefusal, async (_context, { token }) => {
      asked.push(token);
      return { refusal: "session_not_found" as const };
    }),
  ]);
  const explain = (bearer: string, error: unknown, contract: Parameters<typeof explainRefusal>[1]["contract"]) =>
    explainRefusal({ transport }, { contract, headers: new Headers({ authorization: bearer }), requestId: "r", error });
  return { explain, asked };
}

describe("the failure of a refused caller", () => {
  test("on Supabase's routes says what became of the session", async () => {
    const { explain } = await setup();

    expect(await explain("Bearer a.b.c", unauthenticated(), identity.getOwnUser)).toMatchObject({
      code: "FORBIDDEN",
      reason: "identity.session_not_found",
    });
  });

  test.each([
    ["no token", "", unauthenticated(), identity.getOwnUser],
    ["a key", "Bearer gaia_key", unauthenticated(), identity.getOwnUser],
    ["an endless token", `Bearer a.b.${"c".repeat(20_000)}`, unauthenticated(), identity.getOwnUser],
    ["another route", "Bearer a.b.c", invalidCredentials(), chat.listPersonas],
    ["another failure", "Bearer a.b.c", forbidden("account:own"), identity.getOwnUser],
  ])("with %s is what it was", async (_what, bearer, error, contract) => {
    const { explain, asked } = await setup();

    expect(await explain(bearer, error, contract)).toBe(error);
    expect(asked).toEqual([]);
  });
});
