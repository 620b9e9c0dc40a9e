import type { CellsOf } from "../../support/rounds.ts";

export type ContenderName = "direct" | "bare" | "gaia" | "portkey";

/** What one scenario measured. */
export type Cells = CellsOf<ContenderName>;

/** Something that answers Chat Completions: the mock itself, or a gateway before it. */
export interface Contender {
  readonly name: ContenderName;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly pid: number;
  /** From the start of the process to its first answer. */
  readonly startMs: number;
  stop(): Promise<void>;
}

export interface ContenderOptions {
  /** A temporary folder for whatever it writes. */
  readonly folder: string;
  /** Root of the mock provider: `http://127.0.0.1:port`. */
  readonly providerUrl: string;
}

export const model = "mock-model";

/** About 80 bytes, as in the published comparisons. */
export const smallBody = Buffer.from(
  JSON.stringify({ model, messages: [{ role: "user", content: "Say hello, please." }] }),
);
