import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Load, LoadResult } from "./load.ts";

const script = fileURLToPath(new URL("load-process.ts", import.meta.url));

export interface LoadProcess {
  /** One load at a time. */
  run(load: Load): Promise<LoadResult>;
  stop(): void;
}

/**
 * A process of its own to send from. It stays for the whole run, so that its code is compiled when it counts; it ends
 * with this process.
 */
export function startLoadProcess(): LoadProcess {
  const child = fork(script, { serialization: "advanced", execArgv: [] });
  let running: PromiseWithResolvers<LoadResult> | undefined;
  child.on("message", (result: LoadResult | string) => {
    if (typeof result === "string") running?.reject(new Error(result));
    else running?.resolve(result);
  });
  child.on("exit", (code) => running?.reject(new Error(`The load's process ended with ${code}`)));
  return {
    run(load) {
      running = Promise.withResolvers();
      child.send(load);
      return running.promise;
    },
    stop: () => child.disconnect(),
  };
}
