import { describe, expect, test } from "vitest";
import {
  type ErrorCode,
  errorFromWire,
  errorStatuses,
  forbidden,
  GaiaError,
  invalidCredentials,
  isGaiaError,
  notFound,
  toGaiaError,
  unauthenticated,
  unavailable,
} from "./errors.ts";

const codes = Object.keys(errorStatuses) as ErrorCode[];

describe("an error", () => {
  test.each(codes)("of code %s survives the wire", (code) => {
    const error = new GaiaError(code, "What happened", {
      reason: "thing.happened",
      issues: [{ type: "missing", loc: ["body", 0, "a"], msg: "Required" }],
      details: { available: ["a"] },
      retryAfterSeconds: 3,
    });

    const received = errorFromWire(JSON.parse(JSON.stringify(error.toWire())));

    expect(received.toWire()).toEqual(error.toWire());
    expect(received.status).toBe(errorStatuses[code]);
  });

  test("leaves its cause and stack behind", () => {
    const wire = JSON.stringify(
      new GaiaError("INTERNAL", "x", { cause: new Error("select * from api_keys") }).toWire(),
    );

    expect(wire).toBe('{"code":"INTERNAL","message":"x"}');
  });

  test("of a code that a newer Gaia knows is INTERNAL here", () => {
    expect(errorFromWire({ code: "TEAPOT" as ErrorCode, message: "x" })).toMatchObject({
      code: "INTERNAL",
      status: 500,
    });
    expect(errorFromWire({ code: "toString" as ErrorCode, message: "x" })).toMatchObject({
      code: "INTERNAL",
      status: 500,
    });
  });

  test("is recognised across copies of its module", () => {
    const other = Object.assign(new Error("x"), { [Symbol.for("gaia.error")]: true, code: "CONFLICT" });

    expect(isGaiaError(other)).toBe(true);
    expect(toGaiaError(other)).toBe(other);
    for (const no of [new Error("x"), null, undefined, "GaiaError", { code: "CONFLICT" }])
      expect(isGaiaError(no)).toBe(false);
  });

  test.each([new Error("relation api_keys does not exist"), "text", null, undefined, { message: "x" }])(
    "made of %s, which we did not throw, tells nothing and keeps it as cause",
    (thrown) => {
      const error = toGaiaError(thrown);

      expect(error).toMatchObject({ code: "INTERNAL", message: "Internal server error" });
      expect(error.cause).toBe(thrown ?? error.cause);
    },
  );

  test.each([
    [notFound("Persona", "p-1"), "NOT_FOUND", "Persona not found: p-1"],
    [notFound("Persona"), "NOT_FOUND", "Persona not found"],
    [forbidden("chat:create"), "FORBIDDEN", "Permission denied: chat:create"],
    [unauthenticated(), "UNAUTHENTICATED", "Not authenticated. Provide a valid JWT or API Key."],
    [invalidCredentials(), "UNAUTHENTICATED", "Could not validate credentials"],
    [unavailable("chat"), "UNAVAILABLE", "Service chat unavailable"],
  ])("%#: has the code and the words that clients know", (error, code, message) => {
    expect(error).toMatchObject({ code, message });
  });
});
