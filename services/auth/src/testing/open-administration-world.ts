import { randomUUID } from "node:crypto";
import type { Operation, OutputOf, Principal } from "@gaia/contracts";
import { createTestDatabase } from "@gaia/db/testing";
import { invoke, isOperationBinding } from "@gaia/kit/binding";
import type { Context } from "@gaia/kit/context";
import { createLog } from "@gaia/kit/log";
import { afterAll } from "vitest";
import type * as z from "zod";
import { accessHandlers } from "../access/handlers.ts";
import { auditHandlers } from "../audit/handlers.ts";
import { permissionHandlers } from "../permissions/handlers.ts";
import { roleHandlers } from "../roles/handlers.ts";
import { createPeople, createPlaces, keyOf, type Someone } from "./administration-fixtures.ts";

export type { Someone } from "./administration-fixtures.ts";

export const now = new Date("2026-11-24T12:00:00.000Z");

/** One database for a test file, in which every test makes its own people and places. */
export async function openAdministrationWorld() {
  const test = await createTestDatabase();
  afterAll(() => test.drop());
  const { kysely, pool } = test.database;
  const deps = { kysely, now: () => now };
  const log = await createLog({ level: "silent", pretty: false });
  const bindings = [accessHandlers, roleHandlers, permissionHandlers, auditHandlers].flatMap((bind) => bind(deps));

  /** Calls an operation as the transport does: with what it authorizes, parses and hides. */
  async function call<T extends Operation>(
    contract: T,
    who: Someone | Principal,
    input: z.input<T["input"]>,
    requestId: string = randomUUID(),
  ): Promise<OutputOf<T>> {
    const binding = bindings.find((each) => each.contract.name === contract.name);
    if (binding === undefined || !isOperationBinding(binding)) throw new Error(`${contract.name} is not bound`);
    return (await invoke(binding, contextOf(who, requestId), input)) as OutputOf<T>;
  }

  function contextOf(who: Someone | Principal, requestId: string = randomUUID()): Context {
    const principal = "principal" in who ? who.principal : who;
    const client = { address: "192.0.2.7", userAgent: "vitest" };
    return { principal, requestId, client, log, signal: new AbortController().signal };
  }

  /** What one request has left in the audit trail and the outbox. */
  async function tracesOf(requestId: string) {
    const entries = await kysely
      .selectFrom("permission_audit_log")
      .selectAll()
      .where("request_id", "=", requestId)
      .orderBy("sequence")
      .execute();
    const events = await kysely
      .selectFrom("event_outbox")
      .select(["subject", "payload"])
      .where("request_id", "=", requestId)
      .orderBy("id")
      .execute();
    return { entries, events };
  }

  return { kysely, pool, deps, call, contextOf, keyOf, tracesOf, ...createPeople(kysely), ...createPlaces(kysely) };
}
