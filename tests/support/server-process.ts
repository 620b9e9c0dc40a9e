import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { access, chown, constants, mkdtemp, readdir, rm } from "node:fs/promises";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";

/** A real server, started for tests on a loopback port. */
export interface RunningServer {
  readonly url: string;
  readonly port: number;
  /** Ends it at once, as a crash would; the folder stays until `stop`. */
  kill(): Promise<void>;
  /** Ends it in order and removes its folder. */
  stop(): Promise<void>;
}

export interface Account {
  readonly uid: number;
  readonly gid: number;
}

interface ServerSpec {
  readonly program: string;
  readonly arguments: readonly string[];
  readonly folder: string;
  readonly account: Account | undefined;
  readonly url: string;
  readonly port: number;
  readonly stopSignal: "SIGTERM" | "SIGINT";
  /** Rejects as long as the server does not answer. */
  readonly probe: () => Promise<unknown>;
}

const runFile = promisify(execFile);
const startDeadlineMs = 30_000;
const stopDeadlineMs = 8_000;

/** Looks where Debian installs servers too, because an ordinary user's PATH leaves that out. */
export async function findProgram(name: string, aptPackage: string): Promise<string> {
  const postgres = await readdir("/usr/lib/postgresql").catch(() => []);
  const versions = postgres
    .toSorted((a, b) => Number(b) - Number(a))
    .map((version) => `/usr/lib/postgresql/${version}/bin`);
  const folders = [...(process.env["PATH"] ?? "").split(":"), "/usr/sbin", "/usr/local/sbin", ...versions];
  for (const folder of folders) {
    const path = join(folder, name);
    if (
      await access(path, constants.X_OK).then(
        () => true,
        () => false,
      )
    )
      return path;
  }
  throw new Error(`${name} is missing: install the Debian package ${aptPackage}`);
}

/** The account of a server that refuses to run as root, when we are root. */
export async function unprivilegedAccount(name: string): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const [uid, gid] = await Promise.all(["-u", "-g"].map((flag) => runFile("id", [flag, name])));
  return { uid: Number(uid?.stdout), gid: Number(gid?.stdout) };
}

export async function temporaryFolder(name: string, account?: Account): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `gaia-test-${name}-`));
  if (account !== undefined) await chown(folder, account.uid, account.gid);
  return folder;
}

export async function startServer(spec: ServerSpec): Promise<RunningServer> {
  const child = spawn(spec.program, spec.arguments, {
    cwd: spec.folder,
    stdio: ["ignore", "pipe", "pipe"],
    ...spec.account,
  });
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => output.push(String(chunk)));
  const stop = async (signal: NodeJS.Signals) => {
    await end(child, signal);
    await rm(spec.folder, { recursive: true, force: true });
  };
  try {
    await untilReady(child, spec);
  } catch (cause) {
    await stop("SIGKILL");
    throw new Error(`${spec.program} did not start:\n${output.join("").slice(-2_000)}`, { cause });
  }
  return { url: spec.url, port: spec.port, kill: () => end(child, "SIGKILL"), stop: () => stop(spec.stopSignal) };
}

/** Rejects unless something on the port says something that matches. */
export async function probeText(port: number, send: string, expected: RegExp): Promise<void> {
  const socket = createConnection(port, "127.0.0.1");
  try {
    socket.write(send);
    const [answer] = await once(socket, "data", { signal: AbortSignal.timeout(1_000) });
    if (!expected.test(String(answer))) throw new Error(`unexpected answer: ${String(answer)}`);
  } finally {
    socket.destroy();
  }
}

async function untilReady(child: ChildProcess, { probe }: ServerSpec): Promise<void> {
  const deadline = Date.now() + startDeadlineMs;
  for (;;) {
    if (child.pid === undefined || child.exitCode !== null) throw new Error("the program ended");
    const failure = await probe().then(
      () => null,
      (error: unknown) => ({ error }),
    );
    if (failure === null) return;
    if (Date.now() > deadline) throw new Error("not ready in time", { cause: failure.error });
    await delay(25);
  }
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill(signal);
  const force = setTimeout(() => child.kill("SIGKILL"), stopDeadlineMs);
  await ended;
  clearTimeout(force);
}
