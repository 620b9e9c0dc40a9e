import type { GaiaConfig } from "../../config.ts";
import { type Finding, warn } from "./finding.ts";

const loopback: ReadonlySet<string> = new Set(["127.0.0.1", "localhost", "::1"]);

/** Settings that are valid one by one and dangerous together. */
export function checkExposure({ GAIA_ENV, GAIA_HOST, ALLOWED_ORIGINS }: GaiaConfig): Finding[] {
  const findings: Finding[] = [];
  const isOpen = !loopback.has(GAIA_HOST);
  if (isOpen && GAIA_ENV === "development") {
    const detail = `development mode while listening on ${GAIA_HOST}`;
    findings.push(warn("settings", detail, "Set GAIA_ENV=production, or GAIA_HOST=127.0.0.1"));
  }
  if (isOpen && ALLOWED_ORIGINS.includes("*")) {
    findings.push(warn("settings", "ALLOWED_ORIGINS lets every web site call", "Name the origins that may"));
  }
  return findings;
}
