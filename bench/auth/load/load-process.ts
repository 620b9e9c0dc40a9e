/** Drives one load after another, each of which comes as a message; forked by `start-load-process.ts`. */
import { driveLoad } from "./drive-load.ts";
import type { Load } from "./load.ts";

process.on("message", (load: Load) => {
  void driveLoad(load).then(
    (result) => process.send?.(result),
    (error: unknown) => process.send?.(String(error)),
  );
});
process.on("disconnect", () => process.exit());
