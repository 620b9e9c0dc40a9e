/** What a list answers with: the rows of the page, and where the next one begins. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly next_cursor: string | null;
}

/** Cuts a page out of rows that were asked for with one more than its limit. */
export function cutPage<Row>(found: readonly Row[], limit: number, keyOf: (row: Row) => string): Page<Row> {
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  const isLast = found.length <= limit || last === undefined;
  return { rows, next_cursor: isLast ? null : Buffer.from(keyOf(last)).toString("base64url") };
}
