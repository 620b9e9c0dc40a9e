import { notFound, type Principal, userIdOf } from "@gaia/contracts";
import type { Tables } from "@gaia/db";
import { type Kysely, sql } from "kysely";
import * as z from "zod";
import { findReachedUser } from "./find-reached-user.ts";
import type { Asker } from "./load-facts.ts";
import type { Access } from "./open-access.ts";

interface Asking {
  readonly kysely: Kysely<Tables>;
  /** Of whoever wants to know. */
  readonly access: Access;
  readonly principal: Principal;
}

export interface FoundAsker {
  readonly asker: Asker;
  /** Whether it is somebody whom the caller may ask about only as an administrator. */
  readonly isOther: boolean;
}

/**
 * Of whom an explanation tells: a user's id, `key:<id>` or `guest`; without a name, of the caller as it calls. Who is
 * neither the caller nor administered by the caller does not exist.
 */
export async function findAsker(asking: Asking, name: string | undefined): Promise<FoundAsker> {
  if (name === undefined) return { asker: asking.principal, isOther: false };
  if (name === "guest") return { asker: { kind: "guest" }, isOther: false };
  return name.startsWith("key:") ? findKeyAsker(asking, name.slice("key:".length)) : findUserAsker(asking, name);
}

async function findUserAsker(asking: Asking, userId: string): Promise<FoundAsker> {
  const isOther = userId !== userIdOf(asking.principal);
  if (isOther && !(await isReached(asking, userId))) throw notFound("user", userId);
  return { asker: { kind: "user", userId }, isOther };
}

async function isReached(asking: Asking, userId: string): Promise<boolean> {
  return (await findReachedUser(asking, "users", { id: userId })) !== undefined;
}

const Grants = z.union([z.record(z.string(), z.unknown()), z.array(z.string())]).catch({});

/** What a key stored that is no grants narrows nothing, as when the key is used. */
async function findKeyAsker(asking: Asking, apiKeyId: string): Promise<FoundAsker> {
  const key = await asking.kysely
    .selectFrom("api_keys")
    .select(["user_id", "permissions"])
    .where("id", "=", apiKeyId)
    .where("is_active", "is not", false)
    .where(sql<boolean>`(expires_at is null or expires_at > ${asking.access.now})`)
    .executeTakeFirst();
  if (key === undefined) throw notFound("API key in use", apiKeyId);
  const isOther = key.user_id !== userIdOf(asking.principal);
  if (isOther && !(await isReached(asking, key.user_id))) throw notFound("API key in use", apiKeyId);
  return { asker: { kind: "api-key", userId: key.user_id, apiKeyId, grants: Grants.parse(key.permissions) }, isOther };
}
