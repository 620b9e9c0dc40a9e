/** What every chunk of an answer has in common. */
export interface AnswerIdentity {
  /** `chatcmpl-…` */
  readonly id: string;
  /** Unix seconds. */
  readonly created: number;
  /** The model that really answers, not the name that was asked for. */
  readonly model: string;
}
