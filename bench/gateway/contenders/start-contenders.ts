import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type ChildProgram, startChild, waitFor } from "../../support/child-program.ts";
import { freePort } from "../../support/free-port.ts";
import { type Contender, type ContenderName, type ContenderOptions, smallBody } from "./contender.ts";

const path = "/v1/chat/completions";

/** The mock provider, which is also the contender that adds nothing. */
export async function startMockProvider(folder: string): Promise<Contender> {
  const port = await freePort();
  const program = startChild({
    script: scriptAt("mock-provider.ts"),
    scriptArguments: [String(port)],
    folder,
    outputFile: join(folder, "mock.log"),
  });
  return untilAnswering(program, { name: "direct", port });
}

export async function startBareProxy({ folder, providerUrl }: ContenderOptions): Promise<Contender> {
  const port = await freePort();
  const program = startChild({
    script: scriptAt("bare-proxy.ts"),
    scriptArguments: [String(port), providerUrl],
    folder,
    outputFile: join(folder, "bare.log"),
  });
  return untilAnswering(program, { name: "bare", port });
}

/** Portkey's gateway as its package starts it, without its console page. */
export async function startPortkey({ folder, providerUrl }: ContenderOptions): Promise<Contender> {
  const port = await freePort();
  const program = startChild({
    script: createRequire(import.meta.url).resolve("@portkey-ai/gateway/build/start-server.js"),
    scriptArguments: ["--headless", `--port=${port}`],
    environment: { NODE_ENV: "production" },
    folder,
    outputFile: join(folder, "portkey.log"),
  });
  const headers = {
    authorization: "Bearer sk-mock",
    "x-portkey-provider": "openai",
    "x-portkey-custom-host": `${providerUrl}/v1`,
  };
  return untilAnswering(program, { name: "portkey", port, headers });
}

interface Starting {
  readonly name: ContenderName;
  readonly port: number;
  readonly headers?: Readonly<Record<string, string>>;
}

async function untilAnswering(program: ChildProgram, { name, port, headers = {} }: Starting): Promise<Contender> {
  const started = performance.now();
  const url = new URL(path, `http://127.0.0.1:${port}`);
  const allHeaders = { "content-type": "application/json", ...headers };
  await waitFor(program, `the first answer of ${name}`, async () => {
    const response = await fetch(url, { method: "POST", headers: allHeaders, body: smallBody });
    await response.text();
    return response.ok ? true : undefined;
  });
  return {
    name,
    url,
    headers: allHeaders,
    pid: program.pid,
    startMs: performance.now() - started,
    stop: () => program.stop(),
  };
}

function scriptAt(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}
