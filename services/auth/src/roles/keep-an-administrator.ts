import { conflict } from "@gaia/contracts";
import type { Tables } from "@gaia/db";
import { type Kysely, sql } from "kysely";
import { createOwnSchemaCheck } from "../identity/own-schema.ts";
import { everything } from "./role-repository.ts";

/**
 * Refuses, and so undoes, what has left nobody who may do everything for good: an active account, not banned, with the
 * role everywhere and without an end, to which no administration was forbidden. To be called after the change; of two
 * that take the last two administrators away from each other at once, the second waits here for the first and is
 * refused.
 */
export async function keepAnAdministrator(transaction: Kysely<Tables>, now: Date): Promise<void> {
  await transaction.selectFrom("roles").select("id").where("name", "=", everything).forNoKeyUpdate().execute();
  if (await hasLastingAdministrator(transaction, now)) return;
  throw conflict("role.last_administrator", "Somebody must stay administrator of everything");
}

/** Whether somebody has the role of those who may do everything, everywhere. */
export async function isAdministrator(kysely: Kysely<Tables>, userId: string): Promise<boolean> {
  const row = await kysely
    .selectFrom("user_roles")
    .innerJoin("roles", "roles.id", "user_roles.role_id")
    .select("user_roles.user_id")
    .where("user_roles.user_id", "=", userId)
    .where("roles.name", "=", everything)
    .where("user_roles.context_type", "=", "global")
    .executeTakeFirst();
  return row !== undefined;
}

async function hasLastingAdministrator(kysely: Kysely<Tables>, now: Date): Promise<boolean> {
  const isBanned = sql<boolean>`exists (
    select from auth.users as account
    where account.id = users.id and (account.deleted_at is not null or account.banned_until > ${now})
  )`;
  const isForbidden = sql<boolean>`exists (
    select from user_permissions denied join permissions on permissions.id = denied.permission_id
    where denied.user_id = users.id and denied.granted is false and permissions.resource_type = 'admin'
      and (denied.expires_at is null or denied.expires_at > ${now})
  )`;
  const hasAccounts = await createOwnSchemaCheck(kysely)();
  const row = await kysely
    .selectFrom("user_roles")
    .innerJoin("roles", "roles.id", "user_roles.role_id")
    .innerJoin("users", "users.id", "user_roles.user_id")
    .select("users.id")
    .where("roles.name", "=", everything)
    .where("roles.is_active", "is not", false)
    .where("users.is_active", "is not", false)
    .where("user_roles.context_type", "=", "global")
    .where(sql<boolean>`(user_roles.expires_at is null or user_roles.expires_at = 'infinity')`)
    .where(sql<boolean>`not ${isForbidden}`)
    .$if(hasAccounts, (query) => query.where(sql<boolean>`not ${isBanned}`))
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
