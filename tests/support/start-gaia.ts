import { type ChildProcess, spawn } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { once } from "node:events";
import { access, cp, mkdtemp, readdir, readFile, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createUser, issueApiKey } from "@gaia/auth";
import { type Database, migrate, openDatabase } from "@gaia/db";

export type Settings = Readonly<Record<string, string>>;

// Tests send more from one address than people do. The greeting keeps its limit, which is a promise.
const noLimits: Settings = {
  GAIA_LIMIT_ADDRESS_REQUESTS: "0",
  GAIA_LIMIT_FAILED_CREDENTIALS: "0",
  GAIA_LIMIT_CREDENTIALS: "0",
  GAIA_LIMIT_REQUESTS: "0",
  GAIA_LIMIT_MODEL_REQUESTS: "0",
};

export type LogLine = Readonly<Record<string, unknown>>;

/** How a program ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** One process of the real program. */
export interface GaiaProcess {
  readonly pid: number;
  /** Everything on stdout and stderr until now. */
  readonly output: () => string;
  /** The lines of the log until now. */
  readonly logs: () => readonly LogLine[];
  /** Where it listens, by the banner's names: gateway, web, services. */
  urlOf(listener: string): string;
  /** The key in the banner, where there is one. */
  readonly key: string | undefined;
  readonly ended: Promise<Ending>;
  /** Sends a signal and waits for the end; what does not end within 15 seconds is killed. */
  end(signal: NodeJS.Signals): Promise<Ending>;
}

/** A running Gaia, whatever it is made of. */
export interface World {
  /** The gateway. */
  readonly url: string;
  /** The development key. */
  readonly key: string;
  /** Gaia's own database, for what HTTP does not show. */
  readonly database: Database;
  logs(): readonly LogLine[];
  stop(): Promise<void>;
}

export type StartWorld = (settings?: Settings) => Promise<World>;

const databaseManifest = fileURLToPath(new URL("../../packages/db/package.json", import.meta.url));
const mainFile = fileURLToPath(new URL("../../apps/gaia/src/main.ts", import.meta.url));
const readyMs = 60_000;
const endMs = 15_000;
const bannerKey = /^ {2}key .*\n {2}(?<key>\S+)$/m;

// Nothing outlives the tests, not even when they are interrupted.
const children = new Set<ChildProcess>();
process.once("exit", () => children.forEach((child) => child.kill("SIGKILL")));

/** Gaia as `npm start` runs it, in a prepared folder of its own, with the database open to the test. */
export const startGaia: StartWorld = async (settings = {}) => {
  const home = await preparedHome();
  const gaia = await startGaiaProcess({ GAIA_HOME: home, ...settings }).catch(async (error: unknown) => {
    await removeHome(home);
    throw error;
  });
  const database = await openDatabase({ dataFolder: home, mode: "join" });
  return {
    url: gaia.urlOf("gateway"),
    key: gaia.key ?? "",
    database,
    logs: () => gaia.logs(),
    async stop() {
      await database.close();
      await gaia.end("SIGTERM");
      await removeHome(home);
    },
  };
};

/** A folder as before a first start: empty. */
export function temporaryHome(): Promise<string> {
  return mkdtemp(join(tmpdir(), "gaia-home-"));
}

/** A folder whose database is current already, which saves seconds of making one. */
export async function preparedHome(): Promise<string> {
  const home = await temporaryHome();
  await cp(await templateHome(), home, { recursive: true });
  return home;
}

async function templateHome(): Promise<string> {
  const template = join(tmpdir(), `gaia-home-template-${await templateKey()}`);
  if (await exists(template)) return template;
  const draft = await mkdtemp(join(tmpdir(), "gaia-home-draft-"));
  const database = await openDatabase({ dataFolder: draft });
  await migrate(database);
  await database.close();
  // Another test file may have been faster; then its template is as good.
  await rename(draft, template).catch(() => removeHome(draft));
  return template;
}

/** Another template for other migrations or another engine. */
async function templateKey(): Promise<string> {
  const migrations = fileURLToPath(new URL("../../packages/db/migrations", import.meta.url));
  const files = (await readdir(migrations)).toSorted().map((name) => join(migrations, name));
  const hash = createHash("sha256");
  for (const file of [...files, databaseManifest]) hash.update(await readFile(file));
  return hash.digest("hex").slice(0, 16);
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

export function removeHome(home: string): Promise<void> {
  return rm(home, { recursive: true, force: true, maxRetries: 5 });
}

/** Resolves once the program has printed where it listens; rejects with its output when it ends before. */
export async function startGaiaProcess(settings: Settings, program = direct): Promise<GaiaProcess> {
  const gaia = launchGaia(settings, program);
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`Gaia printed no banner in time:\n${gaia.output()}`)), readyMs);
  try {
    await Promise.race([
      late,
      gaia.ready,
      gaia.ended.then((ending) => {
        throw new Error(`Gaia ended with ${JSON.stringify(ending)}:\n${gaia.output()}`);
      }),
    ]);
  } catch (error) {
    await gaia.end("SIGKILL");
    throw error;
  } finally {
    clearTimeout(timer);
  }
  return gaia;
}

interface Program {
  readonly command: string;
  readonly parameters: readonly string[];
  /** Where it runs; without it in the data folder, where there is no `.env` of the developer's. */
  readonly folder?: string;
}

const direct: Program = { command: process.execPath, parameters: [mainFile] };

/** As the README says it; the process that is signalled then is npm. */
export const throughNpm: Program = {
  command: "npm",
  parameters: ["start"],
  folder: fileURLToPath(new URL("../..", import.meta.url)),
};

/** Starts the program and waits for nothing. */
export function launchGaia(
  settings: Settings,
  { command, parameters, folder }: Program = direct,
): GaiaProcess & { readonly ready: Promise<void> } {
  const home = settings["GAIA_HOME"] ?? tmpdir();
  const child = spawn(command, [...parameters], {
    cwd: folder ?? home,
    env: { PATH: process.env["PATH"] ?? "", HOME: home, GATEWAY_PORT: "0", WEB_PORT: "0", ...noLimits, ...settings },
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.add(child);
  child.once("close", () => children.delete(child));
  const { promise: ready, resolve } = Promise.withResolvers<void>();
  const chunks: string[] = [];
  const output = () => chunks.join("");
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      chunks.push(chunk);
      if (/^Gaia is running$[\s\S]*^ {2}\w+ +http\S+$/m.test(output())) resolve();
    });
  }
  const ended = endOf(child);
  return {
    pid: child.pid ?? -1,
    output,
    logs: () => output().split("\n").filter(isLogLine).map(parseLogLine),
    urlOf: (listener) => urlIn(output(), listener),
    get key() {
      return bannerKey.exec(output())?.groups?.["key"];
    },
    ready,
    ended,
    end: (signal) => endChild(child, signal, ended),
  };
}

async function endOf(child: ChildProcess): Promise<Ending> {
  const [code, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
  return { code, signal };
}

async function endChild(child: ChildProcess, signal: NodeJS.Signals, ended: Promise<Ending>): Promise<Ending> {
  child.kill(signal);
  const force = setTimeout(() => child.kill("SIGKILL"), endMs);
  const ending = await ended;
  clearTimeout(force);
  return ending;
}

function isLogLine(line: string): boolean {
  return line.startsWith("{") && line.endsWith("}");
}

function parseLogLine(line: string): LogLine {
  return JSON.parse(line) as LogLine;
}

function urlIn(output: string, listener: string): string {
  const url = new RegExp(String.raw`^ {2}${listener} +(?<url>http\S+)$`, "m").exec(output)?.groups?.["url"];
  if (url === undefined) throw new Error(`${listener} is not in the banner:\n${output}`);
  return url;
}

export interface Person {
  readonly userId: string;
  readonly email: string;
  readonly key: string;
  readonly keyId: string;
}

/** Somebody new with a key, so that a test sees its own rows only. */
export async function createPerson({ database }: Pick<World, "database">): Promise<Person> {
  const { kysely } = database;
  const email = `${randomUUID()}@example.org`;
  const { id: userId } = await createUser({ kysely, now: () => new Date() }, { email, name: null });
  const deps = { kysely, now: () => new Date() };
  const { id: keyId, secret: key } = await issueApiKey(deps, { email, name: "test", isAdmin: false, expiresAt: null });
  return { userId, email, key, keyId };
}
