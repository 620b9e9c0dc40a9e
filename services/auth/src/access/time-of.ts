import { type RawBuilder, sql } from "kysely";

/** The moment in a column that may say `infinity`, which is never, as null is. */
export function timeOf(column: string): RawBuilder<Date | null> {
  const value = sql.ref(column);
  return sql<Date | null>`case when isfinite(${value}) then ${value} when ${value} < now() then timestamp 'epoch' end`;
}

/** Whether what ends at the column's moment still holds. */
export function isUnexpired(column: string, now: Date): RawBuilder<boolean> {
  const value = sql.ref(column);
  return sql<boolean>`(${value} is null or ${value} > ${now})`;
}
