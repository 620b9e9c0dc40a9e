import { type Expression, sql, type SqlBool } from "kysely";

/** Whether one of the columns has the text in it, in any case; nothing in the text means anything else than itself. */
export function containsText(columns: readonly string[], text: string): Expression<SqlBool> {
  const pattern = `%${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
  return sql<boolean>`(${sql.join(
    columns.map((column) => sql`${sql.ref(column)} ilike ${pattern}`),
    sql` or `,
  )})`;
}
