import { access, constants, statfs } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { findFolderOwner } from "@gaia/db";
import type { GaiaConfig } from "../../config.ts";
import { fail, type Finding, ok, warn } from "./finding.ts";

const check = "data folder";
const scarceBytes = 1_000_000_000;

/** Looks without creating anything. */
export async function checkDataFolder({ GAIA_HOME }: GaiaConfig): Promise<Finding[]> {
  const folder = resolve(GAIA_HOME);
  const existing = await nearestExisting(folder);
  if (!(await may(existing, constants.W_OK | constants.X_OK))) {
    return [
      fail(
        check,
        `${existing} is no folder that this account may write into`,
        "Give it to the account that runs Gaia, or set GAIA_HOME",
      ),
    ];
  }
  if (existing !== folder) return [ok(check, `${folder} does not exist yet; the first start creates it`)];
  return [await describeOwner(folder), ...(await checkSpace(folder))];
}

async function describeOwner(folder: string): Promise<Finding> {
  const owner = await findFolderOwner(folder);
  if (owner === undefined) return ok(check, `${folder} is writable and not in use`);
  const process = owner.processId === undefined ? "" : `, process ${owner.processId}`;
  return ok(check, `${folder} is writable and in use by a running Gaia${process}`);
}

async function checkSpace(folder: string): Promise<Finding[]> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (free >= scarceBytes) return [];
  return [
    warn(
      check,
      `only ${Math.floor(free / 1_000_000)} MB are free on its disk`,
      "Make room: writes fail when it is full",
    ),
  ];
}

async function nearestExisting(folder: string): Promise<string> {
  if (await may(folder, constants.F_OK)) return folder;
  const parent = dirname(folder);
  return parent === folder ? folder : nearestExisting(parent);
}

function may(path: string, mode: number): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  );
}
