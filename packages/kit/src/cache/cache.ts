/** `not_used` means in this process's memory; `disconnected` that Redis is away, or too slow to be asked. */
export type CacheState = "connected" | "disconnected" | "not_used";

/**
 * Hints with a time to live, never the truth. Nothing here throws: a cache that cannot answer has a miss, and forgets
 * what it is told to keep or delete. So nothing may be kept whose staleness hurts before its time is over.
 */
export interface Cache {
  get(key: string): Promise<string | undefined>;
  set(key: string, value: string, ttlSeconds: number): Promise<void>;
  delete(key: string): Promise<void>;
  state(): CacheState;
  close(): Promise<void>;
}
