/** What a list answers with: the rows of the page, and where the next one begins. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly next_cursor: string | null;
}

/**
 * Cuts a page out of rows that were asked for with one more than its limit. A page that has `maximumSize` characters of
 * JSON is full before; one row it always has.
 */
export function cutPage<Row>(
  found: readonly Row[],
  limit: number,
  keyOf: (row: Row) => string,
  maximumSize = Infinity,
): Page<Row> {
  const wanted = found.slice(0, limit);
  const rows = maximumSize === Infinity ? wanted : fitting(wanted, maximumSize);
  const last = rows.at(-1);
  const isLast = found.length === rows.length || last === undefined;
  return { rows, next_cursor: isLast ? null : Buffer.from(keyOf(last)).toString("base64url") };
}

function fitting<Row>(rows: readonly Row[], maximumSize: number): readonly Row[] {
  let size = 0;
  const end = rows.findIndex((row, index) => (size += JSON.stringify(row).length) > maximumSize && index > 0);
  return end === -1 ? rows : rows.slice(0, end);
}
