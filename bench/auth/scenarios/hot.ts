import { interleave } from "../../support/interleave.ts";
import type { CellsOf } from "../../support/rounds.ts";
import type { StoredCaller } from "../callers/store-callers.ts";
import type { LoadProcess } from "../load/start-load-process.ts";
import type { Settings } from "../settings.ts";
import { callFully, guardedPath, type Target } from "./call.ts";

export type HotName = "bare" | "public" | "one key" | "many keys" | "one token";

// It goes the same way as the guarded one, to a service and back.
const publicPath = "/auth/v1/health";

interface Hot {
  readonly bare: Target;
  readonly gaia: Target;
  readonly load: LoadProcess;
  readonly callers: readonly StoredCaller[];
}

/** Callers whom Gaia has seen a moment ago. */
export function measureHot({ bare, gaia, load, callers }: Hot, settings: Settings["hot"]): Promise<CellsOf<HotName>> {
  const [first] = callers;
  const keys = callers.map(({ shownKey }) => shownKey);
  const contenders = [
    { name: "bare", target: bare, path: guardedPath, callers: keys },
    { name: "public", target: gaia, path: publicPath, callers: [""] },
    { name: "one key", target: gaia, path: guardedPath, callers: keys.slice(0, 1) },
    { name: "many keys", target: gaia, path: guardedPath, callers: keys },
    { name: "one token", target: gaia, path: guardedPath, callers: [first?.shownToken ?? ""] },
  ] as const;
  return interleave(contenders, settings.rounds, async ({ target, path, callers }) => {
    const calls = { path, callers, connections: settings.connections };
    // Gaia forgets callers after a minute.
    await callFully(load, target, { ...calls, pace: { kind: "once" } });
    return callFully(load, target, { ...calls, pace: { kind: "full", seconds: settings.seconds } });
  });
}
