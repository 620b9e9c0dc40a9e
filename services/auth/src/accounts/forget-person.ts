import type { Tables } from "@gaia/db";
import { type Kysely, type RawBuilder, sql } from "kysely";

export interface ForgottenKey {
  readonly id: string;
  readonly keyHash: string;
}

interface Person {
  readonly id: string;
  readonly email: string;
}

/** Deletes what is somebody's own and takes the name off everything else; answers the keys that they had. */
export async function forgetPerson(transaction: Kysely<Tables>, id: string): Promise<ForgottenKey[]> {
  const row = await transaction.selectFrom("users").select("email").where("id", "=", id).executeTakeFirst();
  const person = { id, email: row?.email ?? "" };
  for (const statement of [...ownThings(person), ...traces(person)]) await statement.execute(transaction);
  return transaction
    .deleteFrom("api_keys")
    .where("user_id", "=", id)
    .returning(["id", "key_hash as keyHash"])
    .execute();
}

function ownThings({ id, email }: Person): RawBuilder<unknown>[] {
  const ownPersonas = sql`created_by in (${id}, ${email}) and visibility = 'private'`;
  const ownIds = sql`select id::text from conversations where user_id = ${id}
    union all select id::text from personas where ${ownPersonas}`;
  // In the knowledge base's files, and as permissions name them.
  const ownPaths = sql.join([sql`${`users/${id}/%`}`, sql`${`/users/${id}/%`}`, sql`${`/kb/users/${id}/%`}`]);
  const isOwn = sql`(resource_id in (${ownIds}) or resource_id like any (array[${ownPaths}]))`;
  return [
    sql`delete from resource_permissions where ${isOwn} or principal_type = 'user' and lower(principal_id) = ${id}`,
    sql`delete from shared_resources where ${isOwn}
      or metadata ->> 'shared_with_type' = 'user' and lower(metadata ->> 'shared_with_id') = ${id}`,
    sql`delete from kb_permissions where resource_path like any (array[${ownPaths}])
      or principal_type = 'user' and lower(principal_id) in (${id}, ${email.toLowerCase()})`,
    sql`delete from chat_messages where user_id = ${id}`,
    sql`delete from conversations where user_id = ${id}`,
    sql`delete from user_persona_preferences where lower(user_id) = ${id}`,
    sql`delete from personas where ${ownPersonas}`,
    sql`delete from kb_documents where path like any (array[${ownPaths}])`,
    // Deleting a document has written its last version there.
    sql`delete from kb_document_history where path like any (array[${ownPaths}])`,
    sql`delete from invitations where lower(email) = ${email.toLowerCase()} or accepted_by = ${id}`,
    sql`delete from user_roles where user_id = ${id}`,
    sql`delete from user_permissions where user_id = ${id}`,
  ];
}

/** In the original's columns a person is an id or an address. */
function traces({ id, email }: Person): RawBuilder<unknown>[] {
  const who = sql`(${id}, ${email})`;
  return [
    sql`update personas set created_by = null where created_by in ${who}`,
    sql`update asset_generations set user_id = null where user_id in ${who}`,
    sql`update asset_modifications set user_id = null where user_id in ${who}`,
    sql`update asset_usage set user_id = null where user_id in ${who}`,
    sql`update kb_document_history set changed_by = null where changed_by in ${who}`,
    sql`update kb_activity_log set actor_id = null, ip_address = null, user_agent = null where actor_id in ${who}`,
    sql`update users set email = ${`${id}@gaia.local`}, name = null, is_active = false where id = ${id}`,
  ];
}
