import { describe, expect, test } from "vitest";
import { createRootLimit } from "./root.ts";

describe("the limit of the root", () => {
  test("lets so many requests of an address through, and then says when to come back", async () => {
    const limit = createRootLimit(3, "minute");
    for (let request = 0; request < 3; request += 1) await limit.consume("192.0.2.1");

    const refused = await limit.consume("192.0.2.1").catch((error: unknown) => error);

    expect(refused).toMatchObject({ code: "RATE_LIMITED", message: "Rate limit exceeded: 3 per 1 minute" });
    expect(refused).toHaveProperty(
      "retryAfterSeconds",
      expect.toSatisfy((seconds: number) => seconds >= 1 && seconds <= 60),
    );
  });

  test("counts each address for itself", async () => {
    const limit = createRootLimit(1, "hour");
    await limit.consume("192.0.2.1");

    await expect(limit.consume("192.0.2.2")).resolves.toBeUndefined();
    await expect(limit.consume("192.0.2.1")).rejects.toMatchObject({ message: "Rate limit exceeded: 1 per 1 hour" });
  });
});
