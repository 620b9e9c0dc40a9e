/** By which a caller says which form of a dialect it speaks, and up to where it has read a stream. */
export const dialectHeaderNames = ["anthropic-version", "anthropic-beta", "last-event-id"] as const;

/** Those that were sent, by their names. */
export function readDialectHeaders(headers: { get(name: string): string | null }): Readonly<Record<string, string>> {
  return Object.fromEntries(
    dialectHeaderNames.flatMap((name) => {
      const value = headers.get(name);
      return value === null ? [] : [[name, value] as const];
    }),
  );
}
