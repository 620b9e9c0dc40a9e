import type { auth, InputOf, OutputOf } from "@gaia/contracts";
import { sql } from "kysely";
import type { AuthDeps } from "../deps.ts";
import { explain } from "./explain.ts";
import { type AccessColumns, filterInSql } from "./filter-in-sql.ts";
import { loadFacts } from "./load-facts.ts";
import type { Resource } from "./selector.ts";

/** What a user may do and why, asked of both interpreters of the rules: the one for one resource and the one for lists. */
export async function explainAccess(
  { kysely, now }: Pick<AuthDeps, "kysely" | "now">,
  { userId, action, resource }: InputOf<typeof auth.explainAccess>,
): Promise<OutputOf<typeof auth.explainAccess>> {
  const facts = await loadFacts({ kysely }, { kind: "user", userId });
  const moment = now();
  const { allowed, rule, because } = explain(facts, { action, resource }, moment);
  const filter = filterInSql(facts, { action, type: resource.type, now: moment }, columnsOf(resource));
  const { rows } = await sql<{ listed: boolean }>`select ${filter} as listed`.execute(kysely);
  return { allowed, rule, because, listed: rows[0]?.listed ?? false };
}

function columnsOf({ path, id, teamId, workspaceId, ownerId }: Resource): AccessColumns {
  return {
    path: textOf(path),
    id: textOf(id),
    teamId: textOf(teamId),
    workspaceId: textOf(workspaceId),
    ownerId: textOf(ownerId),
  };
}

function textOf(value: string | undefined) {
  return sql<string | null>`${value ?? null}::text`;
}
