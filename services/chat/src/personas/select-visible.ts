import { access, type AccessStatement, type AccessStatements } from "@gaia/contracts";
import { type AccessColumns, filterInSql } from "@gaia/db";
import type { Context } from "@gaia/kit/context";
import { type Expression, sql, type SqlBool } from "kysely";
import type { ChatDeps } from "../deps.ts";
import { systemOwner } from "./persona-repository.ts";

const columns: AccessColumns = {
  id: sql<string | null>`personas.id::text`,
  ownerId: sql<string | null>`personas.created_by`,
};

const isActive = sql<boolean>`(personas.is_active is not false)`;
const isOpen = sql<boolean>`(personas.visibility = 'public' or personas.created_by = ${systemOwner})`;

// Which rule it is, only explanations ask.
const everything: AccessStatement = { rule: { kind: "service", name: "chat" }, where: [] };

/** In a list, what `decideOnPersona` says of one: true for the personas that the caller may read. */
export async function selectVisible(
  { transport }: Pick<ChatDeps, "transport">,
  context: Context,
  { onlyActive }: { readonly onlyActive: boolean },
): Promise<Expression<SqlBool>> {
  const statementsFor = (action: string): Promise<AccessStatements> =>
    transport.call(access.describeAccess, context, { action, type: "persona" });
  const reading = await statementsFor("read");
  const unforbidden = filterInSql({ allowing: [everything], forbidding: reading.forbidding }, columns);
  const isReadable = sql<boolean>`(${filterInSql(reading, columns)} or (${isOpen} and ${unforbidden}))`;
  const active = sql<boolean>`(${isActive} and (personas.is_default or ${isReadable}))`;
  if (onlyActive) return active;
  // What was deleted is left to who could have deleted it.
  return sql<boolean>`(${active} or (not ${isActive} and ${filterInSql(await statementsFor("delete"), columns)}))`;
}
