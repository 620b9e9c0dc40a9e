import { createLog, type Log } from "@gaia/kit/log";
import * as z from "zod";

const Line = z.object({ error: z.object({ message: z.string(), code: z.string().optional() }) });

interface FailureMemory {
  readonly log: Log;
  /** What the last failure said. */
  readonly lastFailure: () => string | undefined;
}

/** A log for parts that go on after a failure and tell it only there. */
export async function createFailureMemory(): Promise<FailureMemory> {
  let last: string | undefined;
  const write = (text: string): void => {
    const line = Line.safeParse(JSON.parse(text));
    if (line.success) last = line.data.error.message || line.data.error.code || last;
  };
  return { log: await createLog({ level: "debug", pretty: false, destination: { write } }), lastFailure: () => last };
}
