import type { AccessColumns } from "@gaia/db";
import { trickyPath } from "@gaia/contracts";
import { sql } from "kysely";

/** What of a table with `context_type` and `context_id` tells who administers a row: where it counts. */
export function administeredColumns(table: "user_roles" | "user_permissions"): AccessColumns {
  const type = sql.ref(`${table}.context_type`);
  const id = sql.ref(`${table}.context_id`);
  const of = (kind: string) => sql<string | null>`case ${type} when ${kind} then lower(${id}) end`;
  const path = sql<string | null>`case when ${type} = 'resource' and ${id} !~ ${trickyPath} then ${id} end`;
  const place = (folder: string) => sql`substring(${path} from ${`^/kb/${folder}/([0-9a-f-]{36})/`})`;
  return {
    teamId: sql<string | null>`coalesce(${of("team")}, ${place("teams")})`,
    workspaceId: sql<string | null>`coalesce(${of("workspace")}, ${place("workspaces")})`,
    path,
  };
}
