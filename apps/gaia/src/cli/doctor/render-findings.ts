import { styleText } from "node:util";
import type { Finding } from "./finding.ts";

const colors = { ok: "green", warn: "yellow", fail: "red" } as const;
const checkWidth = 12;

export function renderFinding({ check, state, detail, advice }: Finding, isColored: boolean): string {
  const label = state.padEnd(4);
  const shown = isColored ? styleText(colors[state], label, { validateStream: false }) : label;
  const line = `${shown}  ${check.padEnd(checkWidth)}  ${detail}`;
  return advice === undefined ? line : `${line}\n${" ".repeat(8 + checkWidth)}${advice}`;
}

export function summarize(findings: readonly Finding[]): string {
  const count = (wanted: Finding["state"]) => findings.filter(({ state }) => state === wanted).length;
  return `\n${count("ok")} ok, ${count("warn")} to look at, ${count("fail")} failed`;
}
