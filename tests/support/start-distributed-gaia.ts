import { randomUUID } from "node:crypto";
import { type Database, openDatabase } from "@gaia/db";
import { Client } from "pg";
import { vi } from "vitest";
import { freePort } from "./free-port.ts";
import { infraUrl } from "./infra-url.ts";
import { startNats } from "./start-nats.ts";
import {
  type GaiaProcess,
  launchGaia,
  removeHome,
  type Settings,
  startGaiaProcess,
  type StartWorld,
  temporaryHome,
  type World,
} from "./start-gaia.ts";

export const distributedServices = ["auth", "asset", "chat", "kb", "gateway"] as const;
export type DistributedService = (typeof distributedServices)[number];

export interface DistributedGaia extends World {
  /** Ends one process at once, as a crash would. */
  kill(service: DistributedService): Promise<void>;
  /** Starts it again with the same settings; waits for nothing. */
  restart(service: DistributedService): void;
  process(service: DistributedService): GaiaProcess;
}

interface Infrastructure {
  /** Where Gaia finds PostgreSQL; the test itself goes to the server directly. */
  readonly gaiaDatabaseUrl?: (url: string) => string;
  /** A server that the test will stop and start. */
  readonly natsUrl?: string;
}

/**
 * Gateway, auth, chat, kb and asset as five processes, on a database of their own in the run's PostgreSQL. NATS is
 * theirs too: two worlds on one server would answer each other's calls.
 */
export async function startDistributedGaia(
  settings: Settings = {},
  { gaiaDatabaseUrl = (url) => url, natsUrl }: Infrastructure = {},
): Promise<DistributedGaia> {
  const store = await createDatabase();
  const home = await temporaryHome();
  const nats = natsUrl === undefined ? await startNats() : undefined;
  const ports = await portsOf();
  const shared: Settings = {
    GAIA_HOME: home,
    NATS_URL: natsUrl ?? nats?.url ?? "",
    DATABASE_URL: gaiaDatabaseUrl(store.url),
    DATABASE_POOL_SIZE: "5",
    GATEWAY_PORT: String(ports.gateway),
    ...Object.fromEntries(
      distributedServices.map((name) => [`${name.toUpperCase()}_SERVICE_URL`, `http://127.0.0.1:${ports[name]}`]),
    ),
    ...settings,
  };
  const settingsOf = (name: DistributedService): Settings => ({
    ...shared,
    GAIA_SERVICES: name,
    SERVICE_PORT: String(ports[name]),
  });
  const processes = new Map<DistributedService, GaiaProcess>();
  const running = (name: DistributedService): GaiaProcess => {
    const found = processes.get(name);
    if (found === undefined) throw new Error(`${name} was not started`);
    return found;
  };
  const ended: GaiaProcess[] = [];
  const stop = async () => {
    await Promise.all([...processes.values()].map((each) => each.end("SIGTERM")));
    await nats?.stop();
    await store.drop();
    await removeHome(home);
  };
  try {
    await Promise.all(
      distributedServices.map(async (name) => processes.set(name, await startGaiaProcess(settingsOf(name)))),
    );
    const url = `http://127.0.0.1:${ports.gateway}`;
    const key = await vi.waitFor(() => readyKey(url, running("auth")), { timeout: 30_000, interval: 50 });
    return {
      url,
      key,
      database: store.database,
      logs: () => [...ended, ...processes.values()].flatMap((each) => each.logs()),
      process: running,
      async kill(name) {
        ended.push(running(name));
        await running(name).end("SIGKILL");
      },
      restart: (name) => void processes.set(name, launchGaia(settingsOf(name))),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The five processes as one of the worlds of a spec. */
export const startDistributedWorld: StartWorld = (settings) => startDistributedGaia(settings);

async function portsOf(): Promise<Record<DistributedService, number>> {
  const [auth, asset, chat, kb, gateway] = await Promise.all(distributedServices.map(() => freePort()));
  return { auth: auth ?? 0, asset: asset ?? 0, chat: chat ?? 0, kb: kb ?? 0, gateway: gateway ?? 0 };
}

async function createDatabase(): Promise<{ readonly url: string; readonly database: Database; drop(): Promise<void> }> {
  const server = infraUrl("postgres");
  const name = `gaia_world_${randomUUID().replaceAll("-", "")}`;
  await execute(server, `create database ${name}`);
  const address = new URL(server);
  address.pathname = `/${name}`;
  const database = await openDatabase({ url: address.href, dataFolder: "/nowhere", poolSize: 3 });
  return {
    url: address.href,
    database,
    async drop() {
      await database.close();
      await execute(server, `drop database ${name} with (force)`);
    },
  };
}

async function execute(connectionString: string, statement: string): Promise<void> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** The key in auth's banner; throws until there is one and the gateway is ready. */
async function readyKey(url: string, auth: GaiaProcess): Promise<string> {
  const { status } = await fetch(`${url}/health/ready`);
  if (status !== 200) throw new Error(`not ready: ${status}`);
  if (auth.key === undefined) throw new Error(`no key yet:\n${auth.output()}`);
  return auth.key;
}
