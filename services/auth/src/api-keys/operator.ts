import type { Auditor } from "@gaia/db";

/** Whoever has the command line has the database. */
export const operator: Auditor = { principal: { kind: "service", name: "auth" }, requestId: null };
