import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startChild, waitFor } from "./child-program.ts";
import { freePort } from "./free-port.ts";

// Another checkout can be measured instead, to see what a change is worth.
const root = process.env["GAIA_CHECKOUT"] ?? fileURLToPath(new URL("../../", import.meta.url));
const main = join(root, "apps/gaia/src/main.ts");

export interface GaiaOptions {
  /** For its data and its log. */
  readonly folder: string;
  /** What differs from a default start in production, addresses and folder aside. */
  readonly environment: Readonly<Record<string, string>>;
  /** For profilers. */
  readonly nodeArguments?: readonly string[];
  /** The key that an earlier start in the same folder printed; without it, this start prints one. */
  readonly key?: string;
}

export interface RunningGaia {
  readonly origin: string;
  readonly key: string;
  /** Where its embedded database is. */
  readonly home: string;
  readonly pid: number;
  /** From the start of the process to its first healthy answer. */
  readonly startMs: number;
  /** All log lines so far. */
  log(): string;
  stop(): Promise<void>;
}

/** The real program with production settings, which log to a file and keep everything in the embedded database. */
export async function startGaia({ folder, environment, nodeArguments = [], key }: GaiaOptions): Promise<RunningGaia> {
  const [gatewayPort, webPort] = [await freePort(), await freePort()];
  const home = join(folder, "home");
  await mkdir(folder, { recursive: true });
  const started = performance.now();
  const program = startChild({
    script: main,
    nodeArguments,
    environment: {
      GAIA_ENV: "production",
      GAIA_HOST: "127.0.0.1",
      GAIA_HOME: home,
      GATEWAY_PORT: String(gatewayPort),
      WEB_PORT: String(webPort),
      ...environment,
    },
    folder,
    outputFile: join(folder, "gaia.log"),
  });
  const origin = `http://127.0.0.1:${gatewayPort}`;
  await waitFor(program, "Gaia's first healthy answer", () =>
    fetch(`${origin}/health`).then(async (response) => ((await response.text(), response.ok) ? true : undefined)),
  );
  const startMs = performance.now() - started;
  const printed = async () => /^ {2}(gaia_\S+)$/m.exec(program.output())?.[1];
  return {
    origin,
    key: key ?? (await waitFor(program, "Gaia's first key", printed)),
    home,
    pid: program.pid,
    startMs,
    log: () => program.output(),
    stop: () => program.stop(),
  };
}
