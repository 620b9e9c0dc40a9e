import { type RawBuilder, sql } from "kysely";

/**
 * What somebody typed, as PostgreSQL's query: all words, "phrases", or, -without; never an error. The last word may be
 * unfinished, unless it is one that must not be there.
 */
export function searchQuery(text: string): RawBuilder<string> {
  const typed = sql`websearch_to_tsquery('simple'::regconfig, ${text}::text)::text`;
  // The text form of a query that ends with a word ends with its quote; behind it `:*` asks for the beginning of one.
  return sql<string>`(${typed} || case
    when ${typed} ~ '''$' and ${typed} !~ '!''([^'']|'''')*''$' then ':*' else '' end)::tsquery`;
}

/** The text itself, in any case, with nothing that a pattern would take for something else. */
export function containing(text: string): string {
  return `%${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
}
