import { features, type Provider, providers } from "./features.ts";

/** What a cell of the matrix was seen to do. */
export type Cell =
  | { readonly kind: "works" }
  | { readonly kind: "refused"; readonly status: number; readonly reason: string }
  | { readonly kind: "never" };

export interface SeenCell {
  readonly dialect: string;
  readonly provider: Provider;
  readonly feature: string;
  readonly stream: boolean;
  readonly cell: Cell;
}

const introduction = `# Dialects

What each dialect does in front of each provider. \`npx vitest run tests/conformance/dialects.test.ts -u\` writes this page
from what it sees over HTTP; nothing here is written by hand.

- _OpenAI_ and _Anthropic_ are the vendors' own addresses, _compatible_ is a server that speaks OpenAI's dialect, and
  _offline_ is the model that is built into Gaia.
- **yes**: it works, streamed and whole. **refused**: a 4xx that says why. **–**: it cannot happen there.
`;

/** The page: a table for each dialect, and the reasons below it. */
export function renderMatrix(seen: readonly SeenCell[]): string {
  const dialects = [...new Set(seen.map(({ dialect }) => dialect))];
  return [introduction, ...dialects.map((dialect) => renderDialect(dialect, seen))].join("\n");
}

function renderDialect(dialect: string, all: readonly SeenCell[]): string {
  const seen = all.filter((each) => each.dialect === dialect);
  const reasons: string[] = [];
  const rows = features.map(({ name }) => {
    const cells = providers.map((provider) => {
      const both = [true, false].map((stream) =>
        seen.find((each) => each.provider === provider && each.feature === name && each.stream === stream),
      );
      return both.map((each) => textOf(each, reasons)).join(" / ");
    });
    return [name, ...cells];
  });
  return [
    `## ${dialect}, streamed / whole`,
    "",
    table([["", ...providers], ...rows]),
    ...(reasons.length === 0 ? [] : ["", ...reasons.map((reason, index) => `${index + 1}. ${reason}`)]),
    "",
  ].join("\n");
}

function textOf(seen: SeenCell | undefined, reasons: string[]): string {
  if (seen === undefined) return "not seen";
  const { cell } = seen;
  if (cell.kind === "works") return "yes";
  if (cell.kind === "never") return "–";
  const reason = `${cell.status}: ${cell.reason}`;
  if (!reasons.includes(reason)) reasons.push(reason);
  return `refused (${reasons.indexOf(reason) + 1})`;
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    `| ${row.map((text, column) => text.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  const [head = [], ...body] = rows;
  return [line(head), `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`, ...body.map(line)].join("\n");
}
