import type { Log } from "./log.ts";

export interface Part {
  readonly name: string;
  start?(): Promise<void>;
  stop?(): Promise<void>;
}

/** Starts parts in order and stops them in reverse; a part that fails to start stops those before it. */
export interface Lifecycle {
  add(part: Part): void;
  start(): Promise<void>;
  /** Idempotent. One part that fails to stop does not keep the others from it. */
  stop(): Promise<void>;
}

export function createLifecycle(log: Log): Lifecycle {
  const parts: Part[] = [];
  const started: Part[] = [];
  let stopping: Promise<void> | undefined;

  const stopAll = async (): Promise<void> => {
    for (const part of started.toReversed()) {
      await part
        .stop?.()
        .catch((error: unknown) => log.error({ part: part.name, error }, "a part did not stop cleanly"));
      log.debug({ part: part.name }, "stopped");
    }
  };

  return {
    add: (part) => void parts.push(part),
    async start() {
      for (const part of parts) {
        if (stopping !== undefined) return;
        await startPart(part);
      }
    },
    stop: () => (stopping ??= stopAll()),
  };

  async function startPart(part: Part): Promise<void> {
    started.push(part);
    try {
      await part.start?.();
      log.debug({ part: part.name }, "started");
    } catch (error) {
      await (stopping ??= stopAll());
      throw error;
    }
  }
}
