import { freePort } from "./free-port.ts";
import { findProgram, probeText, type RunningServer, startServer, temporaryFolder } from "./server-process.ts";

interface NatsOptions {
  readonly port?: number;
  readonly login?: { readonly user: string; readonly password: string };
}

/** A NATS server of its own, on a given port when a lost one shall come back. */
export async function startNats({ port: wanted, login }: NatsOptions = {}): Promise<RunningServer> {
  const program = await findProgram("nats-server", "nats-server");
  const port = wanted ?? (await freePort());
  const credentials = login === undefined ? [] : ["--user", login.user, "--pass", login.password];
  return startServer({
    program,
    arguments: ["--addr", "127.0.0.1", "--port", String(port), ...credentials],
    folder: await temporaryFolder("nats"),
    account: undefined,
    url: `nats://127.0.0.1:${port}`,
    port,
    stopSignal: "SIGTERM",
    probe: () => probeText(port, "", /^INFO /),
  });
}
