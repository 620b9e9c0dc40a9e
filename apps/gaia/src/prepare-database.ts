import { randomBytes } from "node:crypto";
import { isDatabaseUnavailable, migrate } from "@gaia/db";
import { ensureFirstKey, type FirstKey } from "@gaia/auth";
import { Secret } from "@gaia/kit/config/secret";
import type { Platform } from "./platform.ts";

const retryMs = 1000;
const secretName = "internal-caller-seal";

type PreparationPlatform = Pick<Platform, "config" | "database" | "log" | "seal">;

export interface Preparation {
  /** Resolves when the schema is current and the shared secret is known; never rejects while retrying makes sense. */
  readonly done: Promise<FirstKey>;
  /** Resolves when it is done, or when the first attempt found no database: then nobody need wait any longer. */
  readonly attempted: Promise<void>;
  isDone(): boolean;
  stop(): void;
}

/** Migrates, loads the shared secret and makes the first key, as soon as the database is there. */
export function prepareDatabase(platform: PreparationPlatform, isDevelopmentKeyAllowed: boolean): Preparation {
  const stop = new AbortController();
  const attempted = Promise.withResolvers<void>();
  let isDone = false;

  const onUnreachable = (error: unknown): void => {
    platform.log.warn({ error }, "the database is not reachable yet; requests get 503 until it is");
    attempted.resolve();
  };
  const done = prepareUntilDone(() => prepareOnce(platform, isDevelopmentKeyAllowed), {
    onUnreachable,
    signal: stop.signal,
  });
  const follow = async (): Promise<void> => {
    try {
      await done;
      isDone = true;
      attempted.resolve();
    } catch (error) {
      if (!stop.signal.aborted) platform.log.fatal({ error }, "the database could not be prepared");
      attempted.reject(error);
    }
  };
  void follow();
  // Who waits hears of it; who does not must not end the process.
  attempted.promise.catch(() => undefined);
  return { done, attempted: attempted.promise, isDone: () => isDone, stop: () => stop.abort() };
}

interface Patience {
  /** Called once, for the first of a row of failures. */
  readonly onUnreachable: (error: unknown) => void;
  readonly signal: AbortSignal;
}

async function prepareUntilDone(
  prepare: () => Promise<FirstKey>,
  { onUnreachable, signal }: Patience,
): Promise<FirstKey> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await prepare();
    } catch (error) {
      if (signal.aborted || !isDatabaseUnavailable(error)) throw error;
      if (attempt === 1) onUnreachable(error);
      await waitOrAbort(retryMs, signal);
    }
  }
}

async function prepareOnce(platform: PreparationPlatform, isDevelopmentKeyAllowed: boolean): Promise<FirstKey> {
  const { database, config, seal, log } = platform;
  const { applied } = await migrate(database);
  if (applied.length > 0) log.info({ applied }, "the database schema was brought up to date");
  seal.provide(config.GAIA_INTERNAL_SECRET ?? (await sharedSecret(platform)));
  if (!config.services.includes("auth")) return { kind: "exists" };
  return ensureFirstKey({ kysely: database.kysely, now: () => new Date(), isDevelopmentKeyAllowed });
}

/** One secret for all processes of a database: whoever is first makes it, everybody reads it. */
async function sharedSecret({ database }: Pick<Platform, "database">): Promise<Secret> {
  await database.kysely
    .insertInto("platform_secrets")
    .values({ name: secretName, value: randomBytes(32).toString("base64url") })
    .onConflict((conflict) => conflict.column("name").doNothing())
    .execute();
  const { value } = await database.kysely
    .selectFrom("platform_secrets")
    .select("value")
    .where("name", "=", secretName)
    .executeTakeFirstOrThrow();
  return new Secret(value);
}

async function waitOrAbort(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  signal.addEventListener("abort", () => resolve(), { once: true });
  await promise;
  clearTimeout(timer);
}
