/** What a list answers with: the rows of the page, and where the next one begins. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly next_cursor: string | null;
}

interface Cut<Row> {
  readonly limit: number;
  /** A page that has so many characters of JSON is full before its limit; one row it always has. */
  readonly maximumSize: number;
  readonly keyOf: (row: Row) => string;
}

/** Cuts a page out of rows that were asked for with one more than its limit. */
export function cutPage<Row>(found: readonly Row[], { limit, maximumSize, keyOf }: Cut<Row>): Page<Row> {
  const rows = fitting(found.slice(0, limit), maximumSize);
  const last = rows.at(-1);
  const isLast = found.length === rows.length || last === undefined;
  return { rows, next_cursor: isLast ? null : Buffer.from(keyOf(last)).toString("base64url") };
}

function fitting<Row>(rows: readonly Row[], maximumSize: number): readonly Row[] {
  let size = 0;
  const end = rows.findIndex((row, index) => (size += JSON.stringify(row).length) > maximumSize && index > 0);
  return end === -1 ? rows : rows.slice(0, end);
}
