import type { ChatCompletion, FinishReason, ToolCall, Usage } from "@gaia/contracts";
import { ToolCallAccumulator, type ToolCallFragment } from "./tool-call-accumulator.ts";

interface ObservedDelta {
  readonly content?: string | null | undefined;
  readonly reasoning_content?: string | null | undefined;
  readonly refusal?: string | null | undefined;
  readonly tool_calls?: readonly ToolCallFragment[] | null | undefined;
}

/** What a `ChatCompletionChunk` and a chunk of a provider have in common. */
export interface ObservedChunk {
  readonly id?: string | undefined;
  readonly created?: number | undefined;
  readonly model?: string | undefined;
  readonly choices: readonly {
    readonly index: number;
    readonly delta: ObservedDelta;
    readonly finish_reason: FinishReason | null;
  }[];
  readonly usage?: Usage | null | undefined;
}

interface AccumulatorOptions {
  /** False spares text, thinking and tool calls, where nobody reads them. */
  readonly collectText?: boolean;
  /** Milliseconds; without it `firstTokenAt` stays unknown. */
  readonly now?: () => number;
}

/** Learns a streamed answer chunk by chunk; readable at any time, also after the stream broke off. */
export class AnswerAccumulator {
  id: string | undefined;
  created: number | undefined;
  model: string | undefined;
  text = "";
  reasoning = "";
  refusal = "";
  finishReason: FinishReason | undefined;
  usage: Usage | undefined;
  firstTokenAt: number | undefined;
  /** Of text, thinking and tool calls, also where they are not collected. */
  characters = 0;
  private readonly calls = new ToolCallAccumulator();
  private readonly collectText: boolean;
  private readonly now: (() => number) | undefined;

  constructor({ collectText = true, now }: AccumulatorOptions = {}) {
    this.collectText = collectText;
    this.now = now;
  }

  get toolCalls(): readonly ToolCall[] {
    return this.calls.toToolCalls();
  }

  add(chunk: ObservedChunk): void {
    this.id ??= chunk.id;
    this.created ??= chunk.created;
    this.model ??= chunk.model;
    if (chunk.usage) this.usage = chunk.usage;
    for (const choice of chunk.choices) {
      // With n > 1 the first choice is the answer that is kept.
      if (choice.index !== 0) continue;
      this.addDelta(choice.delta);
      if (choice.finish_reason !== null) this.finishReason = choice.finish_reason;
    }
  }

  addText(text: string): void {
    if (text === "") return;
    this.noteToken();
    this.characters += text.length;
    if (this.collectText) this.text += text;
  }

  /** The answer so far in its non-streamed form; without an end its finish reason is `error`. */
  toCompletion(): ChatCompletion {
    const { usage } = this;
    return {
      id: this.id ?? "",
      object: "chat.completion",
      created: this.created ?? 0,
      model: this.model ?? "",
      choices: [{ index: 0, message: this.toMessage(), logprobs: null, finish_reason: this.finishReason ?? "error" }],
      ...(usage === undefined ? {} : { usage }),
    };
  }

  private toMessage(): ChatCompletion["choices"][number]["message"] {
    const toolCalls = this.calls.toToolCalls();
    const isWithoutText = this.text === "" && (toolCalls.length > 0 || this.refusal !== "");
    return {
      role: "assistant",
      content: isWithoutText ? null : this.text,
      refusal: this.refusal === "" ? null : this.refusal,
      ...(this.reasoning === "" ? {} : { reasoning_content: this.reasoning }),
      ...(toolCalls.length === 0 ? {} : { tool_calls: toolCalls }),
    };
  }

  private addDelta({ content, reasoning_content, refusal, tool_calls }: ObservedDelta): void {
    this.addText(content ?? "");
    if (!reasoning_content && !refusal && !tool_calls?.length) return;
    this.noteToken();
    this.characters += lengthOf([reasoning_content, refusal, ...(tool_calls ?? []).map(argumentsOf)]);
    if (!this.collectText) return;
    this.reasoning += reasoning_content ?? "";
    this.refusal += refusal ?? "";
    for (const fragment of tool_calls ?? []) this.calls.add(fragment);
  }

  private noteToken(): void {
    this.firstTokenAt ??= this.now?.();
  }
}

function argumentsOf({ function: called }: ToolCallFragment): string | null | undefined {
  return called?.arguments;
}

function lengthOf(texts: readonly (string | null | undefined)[]): number {
  return texts.reduce((sum, text) => sum + (text?.length ?? 0), 0);
}
