import { allContracts } from "@gaia/contracts";
import { describe, expect, test } from "vitest";
import { createAllowedMethods } from "./allowed-methods.ts";

const allowedMethods = createAllowedMethods(allContracts);

describe("a request that no route takes", () => {
  test.each([
    ["/api/v1/chat", "POST"],
    ["/api/v1/chat/", "POST"],
    ["/v1/models", "GET, HEAD"],
    ["/v1/models/gpt-5", "GET, HEAD"],
    ["/", "GET, HEAD"],
    ["/redoc", "GET, HEAD"],
  ])("at %s is told that %s is allowed", async (path, methods) => {
    const response = allowedMethods.answerUnmatched(path, "r-1");

    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe(methods);
    const told = path.startsWith("/v1/")
      ? { error: expect.objectContaining({ message: "Method Not Allowed" }), request_id: "r-1" }
      : { detail: "Method Not Allowed", code: "METHOD_NOT_ALLOWED", request_id: "r-1" };
    expect(await response.json()).toEqual(told);
  });

  test.each(["/nowhere", "/api/v1/chat/nowhere/at/all", "/api/v1/auth/verify-api-key"])(
    "at %s is told that there is nothing",
    async (path) => {
      const response = allowedMethods.answerUnmatched(path, "r-1");

      expect(response.status).toBe(404);
      expect(await response.json()).toEqual({ detail: "Not Found", code: "NOT_FOUND", request_id: "r-1" });
    },
  );

  test("below /v1 is told so as a vendor's SDK reads it", async () => {
    const response = allowedMethods.answerUnmatched("/v1/models/a/b", "r-1");

    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ error: { message: "Not Found", type: "invalid_request_error" } });
  });
});
