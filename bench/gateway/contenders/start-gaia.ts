import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startChild, waitFor } from "../support/child-program.ts";
import { freePort } from "../support/free-port.ts";
import type { Contender, ContenderOptions } from "./contender.ts";

// Another checkout can be measured instead, to see what a change is worth.
const root = process.env["GAIA_CHECKOUT"] ?? fileURLToPath(new URL("../../../", import.meta.url));
const main = join(root, "apps/gaia/src/main.ts");

interface GaiaOptions extends ContenderOptions {
  /** For profilers. */
  readonly nodeArguments?: readonly string[];
  /** The key that an earlier start in the same folder printed; without it, this start prints one. */
  readonly key?: string;
}

export interface GaiaContender extends Contender {
  readonly key: string;
  /** All log lines so far. */
  log(): string;
}

/**
 * The real program with production settings: every request is authenticated, authorized, recorded in the embedded
 * database and logged to a file. Only address, folder and provider differ from a default start.
 */
export async function startGaia({ folder, providerUrl, nodeArguments = [], key }: GaiaOptions): Promise<GaiaContender> {
  const [gatewayPort, webPort] = [await freePort(), await freePort()];
  await mkdir(folder, { recursive: true });
  const started = performance.now();
  const program = startChild({
    script: main,
    nodeArguments,
    environment: {
      GAIA_ENV: "production",
      GAIA_HOST: "127.0.0.1",
      GAIA_HOME: join(folder, "home"),
      GATEWAY_PORT: String(gatewayPort),
      WEB_PORT: String(webPort),
      OPENAI_BASE_URL: `${providerUrl}/v1`,
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
  const secret = key ?? (await waitFor(program, "Gaia's first key", printed));
  return {
    name: "gaia",
    key: secret,
    url: new URL("/v1/chat/completions", origin),
    headers: { "content-type": "application/json", authorization: `Bearer ${secret}` },
    pid: program.pid,
    startMs,
    log: () => program.output(),
    stop: () => program.stop(),
  };
}
