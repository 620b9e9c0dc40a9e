/** A moment as the original wrote it: in UTC, with six digits of the second's fraction or none at all. */
export function toWireTime(time: string): string {
  const fraction = /\.(\d+)/.exec(time)?.[1] ?? "";
  const micros = fraction.slice(0, 6).padEnd(6, "0");
  const seconds = new Date(time.replace(/\.\d+/, "")).toISOString().slice(0, 19);
  return micros === "000000" ? `${seconds}Z` : `${seconds}.${micros}Z`;
}
