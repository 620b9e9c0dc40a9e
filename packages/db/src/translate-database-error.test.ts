import type { GaiaError } from "@gaia/contracts";
import { expect, test } from "vitest";
import { isDatabaseUnavailable, translateDatabaseError } from "./translate-database-error.ts";

const withCode = (code: string): Error => Object.assign(new Error("secret host db.internal"), { code });

test.each(["ECONNREFUSED", "ECONNRESET", "ENOTFOUND", "08006", "57P01", "57P03", "53300"])(
  "a failure with code %s means that the database is away, and its text stays inside",
  (code) => {
    const error = translateDatabaseError(withCode(code));
    expect(error).toMatchObject({ code: "UNAVAILABLE", reason: "database.unavailable" });
    expect((error as GaiaError).message).not.toContain("db.internal");
  },
);

test.each(["timeout exceeded when trying to connect", "Connection terminated unexpectedly", "Query read timeout"])(
  "the driver's %j means that the database is away",
  (message) => {
    expect(isDatabaseUnavailable(new Error(message))).toBe(true);
  },
);

test("several failed addresses are one unreachable database", () => {
  expect(isDatabaseUnavailable(new AggregateError([withCode("ECONNREFUSED"), withCode("ECONNREFUSED")]))).toBe(true);
});

test("a full disk is told as one", () => {
  expect(translateDatabaseError(withCode("53100"))).toMatchObject({ code: "STORAGE_FULL" });
});

test("a broken constraint is not translated", () => {
  const error = withCode("23505");
  expect(translateDatabaseError(error)).toBe(error);
});
