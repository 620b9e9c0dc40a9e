import type { Tables } from "@gaia/db";
import { type Kysely, sql } from "kysely";

/** Whether the database's schema `auth` is Gaia's; once it is, it stays so. Another's is never read. */
export function createOwnSchemaCheck(kysely: Kysely<Tables>): () => Promise<boolean> {
  let isOwn = false;
  return async () => {
    if (isOwn) return true;
    const { rows } = await sql<{ isOwn: boolean }>`
      select to_regclass('auth.gaia_identity_provider') is not null as "isOwn"`.execute(kysely);
    isOwn = rows[0]?.isOwn === true;
    return isOwn;
  };
}
