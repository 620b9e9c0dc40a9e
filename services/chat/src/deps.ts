import type { Tables } from "@gaia/db";
import type { Background } from "@gaia/kit/background";
import type { Cache } from "@gaia/kit/cache/cache";
import type { RateLimits } from "@gaia/kit/limits/rate-limits";
import type { Log } from "@gaia/kit/log";
import type { Transport } from "@gaia/kit/transport/transport";
import type { ModelRegistry } from "@gaia/providers";
import type { Kysely } from "kysely";
import type { StreamLog } from "./stream-log/stream-log.ts";
import type { UsageRecorder } from "./usage/usage-recorder.ts";

export interface ChatDeps {
  readonly kysely: Kysely<Tables>;
  readonly models: ModelRegistry;
  readonly transport: Pick<Transport, "call" | "publish">;
  readonly cache: Cache;
  readonly usage: UsageRecorder;
  readonly streams: StreamLog;
  readonly limits: RateLimits;
  /** Of a caller whose key states none; 0 sets no limit. */
  readonly tokensPerMinute: number;
  readonly background: Background;
  /** Ends work in the background that can be done another time. */
  readonly stopping?: AbortSignal;
  readonly log: Log;
  readonly now: () => Date;
}
