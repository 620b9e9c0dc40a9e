import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import type { Environment } from "@gaia/kit/config/load-config";

/** The process's environment over a `.env` file in the working directory, if there is one. */
export function readEnvironment(processEnvironment: Environment, path = ".env"): Environment {
  return { ...readEnvFile(path), ...processEnvironment };
}

function readEnvFile(path: string): Environment {
  try {
    return parseEnv(readFileSync(path, "utf8"));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return {};
    throw error;
  }
}
