import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { Client } from "pg";
import { freePort } from "./free-port.ts";
import {
  findProgram,
  type RunningServer,
  startServer,
  temporaryFolder,
  unprivilegedAccount,
} from "./server-process.ts";

const runFile = promisify(execFile);

/** A PostgreSQL server of its own, without any durability. Its superuser needs no password. */
export async function startPostgres({ port: wanted }: { readonly port?: number } = {}): Promise<RunningServer> {
  const program = await findProgram("postgres", "postgresql");
  const account = await unprivilegedAccount("postgres");
  const port = wanted ?? (await freePort());
  const folder = await temporaryFolder("postgres", account);
  const data = join(folder, "data");
  const setup = ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"];
  await runFile(await findProgram("initdb", "postgresql"), setup, { cwd: folder, ...account });
  const settings = {
    fsync: "off",
    synchronous_commit: "off",
    full_page_writes: "off",
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    max_connections: "200",
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const url = `postgresql://postgres@127.0.0.1:${port}/postgres`;
  return startServer({
    program,
    arguments: ["-D", data, "-p", String(port), ...options],
    folder,
    account,
    url,
    port,
    // The fast shutdown; SIGTERM would wait for clients to leave.
    stopSignal: "SIGINT",
    probe: () => probe(url),
  });
}

async function probe(connectionString: string): Promise<void> {
  const client = new Client({ connectionString, connectionTimeoutMillis: 1_000 });
  await client.connect();
  await client.end();
}
