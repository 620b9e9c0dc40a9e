/** An answer in whichever dialect, whole or streamed, in one form. */
export interface Answer {
  readonly status: number;
  /** The error's words, where there is one: of the status, or of an event within a stream. */
  readonly failure: string | null;
  readonly text: string;
  readonly thinking: string;
  readonly calls: readonly { readonly name: string; readonly input: unknown }[];
  /** In Anthropic's words. */
  readonly stopReason: string | null;
  readonly tokens: { readonly input: number; readonly output: number } | null;
}

export interface Question {
  readonly model: string;
  readonly text: string;
  readonly image?: string;
  /** Names of tools, each of which takes a city. */
  readonly tools?: readonly string[];
  readonly schema?: object;
  readonly thinks?: boolean;
}

/** One way to speak with Gaia. */
export interface Speech {
  readonly name: string;
  readonly path: string;
  readonly body: (question: Question, stream: boolean) => object;
  readonly readWhole: (status: number, body: unknown) => Answer;
  readonly readStream: (status: number, events: readonly unknown[]) => Answer;
}

export const nothing: Answer = {
  status: 200,
  failure: null,
  text: "",
  thinking: "",
  calls: [],
  stopReason: null,
  tokens: null,
};

export function toolSchema(): object {
  return { type: "object", properties: { city: { type: "string" }, note: { type: "string" } }, required: ["city"] };
}

/** The data of server-sent events, but for the `[DONE]` of OpenAI's. */
export function eventsIn(text: string): unknown[] {
  return text
    .split("\n")
    .filter((line) => line.startsWith("data: "))
    .map((line) => line.slice("data: ".length))
    .filter((data) => data !== "[DONE]")
    .map((data): unknown => JSON.parse(data));
}
