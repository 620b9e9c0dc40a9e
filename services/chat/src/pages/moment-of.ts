import { type RawBuilder, sql } from "kysely";

/** A timestamp as text with its microseconds, which a `Date` has not; such texts sort as the moments do. */
export function momentOf(timestamp: RawBuilder<unknown>): RawBuilder<string> {
  return sql<string>`to_char(${timestamp}, 'YYYY-MM-DD"T"HH24:MI:SS.US')`;
}
