/** For tables: seconds are enough, and the zone is always UTC. */
export function renderTime(time: Date | null): string {
  return time === null ? "-" : `${time.toISOString().slice(0, 19)}Z`;
}
