/** Where an answer belongs in its conversation. */
export interface AnswerPlace {
  /** The stored message whose exchange it belongs to; `null` where nothing of that is stored. */
  readonly follows: string | null;
  /** Answers in whose place it will stand; `null` where it is the first to its question. */
  readonly replaces: readonly string[] | null;
  /** The last exchange that a summary should cover from now on; `null` where none is needed. */
  readonly toSummarizeUntil: number | null;
}
