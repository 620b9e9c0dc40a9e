import type { GaiaError, ToolCall, Usage } from "@gaia/contracts";

/** How an answer ended, with whatever had arrived by then. */
export interface Outcome {
  readonly text: string;
  readonly toolCalls: readonly ToolCall[];
  /** Absent where the provider counted nothing, as after an interruption. */
  readonly usage: Usage | undefined;
  /** How much of the answer had been streamed, thoughts included. */
  readonly characters?: number;
  /** Milliseconds from the request to the first token; `null` for answers that came whole. */
  readonly firstTokenMs: number | null;
  /** Absent when all went well. */
  readonly error?: GaiaError | undefined;
}
