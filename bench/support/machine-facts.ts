import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, loadavg, release, totalmem } from "node:os";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));

export type MachineFacts = ReturnType<typeof machineFacts>;

/** What a figure is worth nothing without. */
export function machineFacts() {
  return {
    date: new Date().toISOString(),
    cores: cpus().length,
    processor: cpus()[0]?.model ?? "unknown",
    memoryMiB: Math.round(totalmem() / 1_048_576),
    system: `${process.platform} ${release()}`,
    node: process.version,
    loadAverageBefore: loadavg(),
    commit: git("rev-parse", "HEAD"),
    hasUncommittedChanges: git("status", "--porcelain") !== "",
    versions: {
      gaia: versionAt(`${root}package.json`),
      portkey: versionAt(`${root}bench/node_modules/@portkey-ai/gateway/package.json`),
      portkeyNodeServer: versionAt(`${root}bench/node_modules/@hono/node-server/package.json`),
      undici: versionAt(`${root}bench/node_modules/undici/package.json`),
      autocannon: versionAt(`${root}bench/node_modules/autocannon/package.json`),
    },
  };
}

export function describeMachine({ cores, processor, node, loadAverageBefore }: MachineFacts): string {
  return `${cores} × ${processor}, Node ${node}, load before ${loadAverageBefore[0]?.toFixed(2)}`;
}

function git(...parameters: readonly string[]): string | null {
  try {
    return execFileSync("git", parameters, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return null;
  }
}

function versionAt(path: string): string {
  const manifest: unknown = JSON.parse(readFileSync(path, "utf8"));
  return typeof manifest === "object" && manifest !== null && "version" in manifest
    ? String(manifest.version)
    : "unknown";
}
