import { mkdir, writeFile } from "node:fs/promises";
import { loadavg } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { MachineFacts } from "./machine-facts.ts";

const resultsFolder = fileURLToPath(new URL("../results/", import.meta.url));

/** Writes the raw figures of a run to a file of its own and answers where that is. */
export async function keepResults(
  { date }: Pick<MachineFacts, "date">,
  prefix: string,
  results: object,
): Promise<string> {
  await mkdir(resultsFolder, { recursive: true });
  const path = join(resultsFolder, `${prefix}${date.replaceAll(":", "-")}.json`);
  const plain = (_name: string, value: unknown) => (value instanceof Map ? Object.fromEntries(value) : value);
  await writeFile(path, JSON.stringify({ ...results, loadAverageAfter: loadavg() }, plain, 2));
  return path;
}
