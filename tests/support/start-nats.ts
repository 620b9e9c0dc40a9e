import { freePort } from "./free-port.ts";
import { findProgram, probeText, type RunningServer, startServer, temporaryFolder } from "./server-process.ts";

/** A NATS server of its own, on a given port when a lost one shall come back. */
export async function startNats({ port: wanted }: { readonly port?: number } = {}): Promise<RunningServer> {
  const program = await findProgram("nats-server", "nats-server");
  const port = wanted ?? (await freePort());
  return startServer({
    program,
    arguments: ["--addr", "127.0.0.1", "--port", String(port)],
    folder: await temporaryFolder("nats"),
    account: undefined,
    url: `nats://127.0.0.1:${port}`,
    port,
    stopSignal: "SIGTERM",
    probe: () => probeText(port, "", /^INFO /),
  });
}
