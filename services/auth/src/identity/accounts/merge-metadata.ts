import { invalidRequest } from "../identity-error.ts";
import { readRecord } from "./account-repository.ts";

// Both kinds travel in every access token, which has an upper limit.
const maximumBytes = 4_000;

/** What is `null` is taken away, all else is added or replaced. Source: `UpdateUserMetaData` of supabase/auth. */
export function mergeMetadata(current: unknown, changes: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const merged = Object.fromEntries(
    Object.entries({ ...readRecord(current), ...changes }).filter(([, value]) => value !== null),
  );
  if (Buffer.byteLength(JSON.stringify(merged)) <= maximumBytes) return merged;
  throw invalidRequest(`Metadata cannot be longer than ${maximumBytes} bytes`);
}
