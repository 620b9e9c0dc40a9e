import { freePort } from "./free-port.ts";
import { findProgram, probeText, type RunningServer, startServer, temporaryFolder } from "./server-process.ts";

/** A Redis server of its own that writes nothing to disk. */
export async function startRedis({ port: wanted }: { readonly port?: number } = {}): Promise<RunningServer> {
  const program = await findProgram("redis-server", "redis-server");
  const port = wanted ?? (await freePort());
  const folder = await temporaryFolder("redis");
  return startServer({
    program,
    arguments: ["--bind", "127.0.0.1", "--port", String(port), "--save", "", "--appendonly", "no", "--dir", folder],
    folder,
    account: undefined,
    url: `redis://127.0.0.1:${port}`,
    port,
    stopSignal: "SIGTERM",
    probe: () => probeText(port, "PING\r\n", /^\+PONG/),
  });
}
