import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startChild, waitFor } from "../../support/child-program.ts";
import { freePort } from "../../support/free-port.ts";

export interface BareLookup {
  readonly origin: string;
  readonly pid: number;
  stop(): Promise<void>;
}

export async function startBareLookup(folder: string, digests: readonly string[]): Promise<BareLookup> {
  const port = await freePort();
  const digestsFile = join(folder, "digests.json");
  await writeFile(digestsFile, JSON.stringify(digests));
  const program = startChild({
    script: fileURLToPath(new URL("bare-lookup.ts", import.meta.url)),
    scriptArguments: [String(port), digestsFile],
    folder,
    outputFile: join(folder, "bare-lookup.log"),
  });
  const origin = `http://127.0.0.1:${port}`;
  await waitFor(program, "the bare server's first answer", async () => (await fetch(origin)).text());
  return { origin, pid: program.pid, stop: () => program.stop() };
}
