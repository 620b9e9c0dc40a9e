import { type Operation, type OutputOf, type Principal, type RequestOf } from "@gaia/contracts";
import type { Tables } from "@gaia/db";
import { invoke, isOperationBinding } from "@gaia/kit/binding";
import { createMemoryLimits } from "@gaia/kit/limits/memory-limits";
import type { RateLimits } from "@gaia/kit/limits/rate-limits";
import { type Kysely, sql } from "kysely";
import { assignGlobalRole } from "../access/assign-global-role.ts";
import { authHandlers } from "../handlers.ts";
import type { Mail } from "../mail/mailer.ts";
import { createUser } from "../users/create-user.ts";
import { openAuthWorld } from "./open-auth-world.ts";

export interface TestPerson {
  readonly id: string;
  readonly email: string;
  readonly principal: Principal;
}

/** One database for a test file, with people who call the service's operations as the gateway would. */
export async function openPlacesWorld() {
  const auth = await openAuthWorld();
  const { kysely } = auth;

  const setup = async () => {
    await sql`truncate teams, workspaces, shared_resources, resource_permissions cascade`.execute(kysely);
    const clock = { time: new Date("2026-11-24T12:00:00.000Z").getTime() };
    const mails: Mail[] = [];
    const mailer = { send: async (mail: Mail) => void mails.push(mail) };
    const counts = { limits: createMemoryLimits() };
    const limits: RateLimits = {
      take: (...call) => counts.limits.take(...call),
      look: (...call) => counts.limits.look(...call),
      add: (...call) => counts.limits.add(...call),
      close: () => counts.limits.close(),
    };
    /** As if enough time had passed for whatever is limited. */
    const forgetLimits = () => void (counts.limits = createMemoryLimits());
    const { deps } = await auth.setup({ now: () => new Date(clock.time), mailer, limits });
    const bindings = authHandlers(deps).filter(isOperationBinding);

    const person = async (name: string): Promise<TestPerson> => {
      const { id, email } = await createUser(
        { kysely, now: () => new Date() },
        { email: `${name}@example.test`, name },
      );
      return { id, email, principal: userPrincipal(id, email) };
    };
    const administrator = async (name: string): Promise<TestPerson> => {
      const made = await person(name);
      await assignGlobalRole(kysely, { userId: made.id, roleName: "admin" });
      return made;
    };

    /** As somebody calls it through the gateway, with what JSON and addresses carry. */
    const call = async <T extends Operation>(
      { principal }: Pick<TestPerson, "principal">,
      contract: T,
      input: RequestOf<T>,
    ): Promise<OutputOf<T>> => {
      const binding = bindings.find((each) => each.contract.name === contract.name);
      if (binding === undefined) throw new Error(`${contract.name} is not bound`);
      const context = {
        principal,
        requestId: crypto.randomUUID(),
        log: deps.log,
        signal: new AbortController().signal,
      };
      return (await invoke(binding, context, contract.input.parse(input))) as OutputOf<T>;
    };

    return { deps, kysely, clock, mails, forgetLimits, person, administrator, call, ...watching(kysely) };
  };

  return { setup, kysely };
}

/** What the transactions left behind for others. */
function watching(kysely: Kysely<Tables>) {
  /** The users of each change of access since the last time. */
  const announced = async (): Promise<(readonly string[] | null)[]> => {
    const rows = await kysely
      .selectFrom("event_outbox")
      .select("payload")
      .where("subject", "=", "gaia.auth.access.changed")
      .orderBy("id")
      .execute();
    await kysely.deleteFrom("event_outbox").execute();
    return rows.map(({ payload }) => (payload as { user_ids: string[] | null }).user_ids?.toSorted() ?? null);
  };

  const audited = async (targetId: string): Promise<string[]> => {
    const rows = await kysely
      .selectFrom("permission_audit_log")
      .select("event_type")
      .where("target_id", "=", targetId)
      .orderBy("sequence")
      .execute();
    return rows.map((row) => row.event_type);
  };
  return { announced, audited };
}

export type PlacesWorld = Awaited<ReturnType<Awaited<ReturnType<typeof openPlacesWorld>>["setup"]>>;

function userPrincipal(userId: string, email: string): Principal {
  return { kind: "user", userId, email, sessionId: null, permissions: ["team:create", "workspace:create"] };
}

/** The same person by a key that may do no more than its scopes. */
export function byKey({ id, email }: TestPerson, ...scopes: string[]): Pick<TestPerson, "principal"> {
  const limits = { requestsPerMinute: null, tokensPerMinute: null };
  const held = { grants: scopes, limits, permissions: scopes };
  return { principal: { kind: "api-key", userId: id, email, apiKeyId: crypto.randomUUID(), ...held } };
}

/** How many of several calls went well, and the reasons of the others. */
export async function settle(calls: readonly Promise<unknown>[]): Promise<{ done: number; reasons: unknown[] }> {
  const settled = await Promise.allSettled(calls);
  const failures = settled.filter((each) => each.status === "rejected");
  return {
    done: settled.length - failures.length,
    reasons: failures.map(({ reason }) => (reason as { reason?: string; code?: string }).reason ?? reason.code),
  };
}
