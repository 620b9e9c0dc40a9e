import type { LanguageModelV4StreamPart } from "@ai-sdk/provider";
import type { MessagesEvent } from "@gaia/contracts";
import { unsignedThinking } from "./unsigned-thinking.ts";

type Part = LanguageModelV4StreamPart;
type PartOf<Type extends Part["type"]> = Extract<Part, { type: Type }>;

interface Block {
  readonly kind: "text" | "thinking" | "tool_use";
  readonly id: string;
  readonly name: string;
  /** What came. */
  text: string;
  /** How much of it has left. */
  sent: number;
  isBegun: boolean;
  isEnded: boolean;
}

/**
 * Parts of an answer as Anthropic's content blocks, which come one after the other: what belongs to a later block waits
 * until the one before it has ended. A block without content is none, unless it calls a tool.
 */
export class MessageBlocks {
  private readonly waiting: Block[] = [];
  private readonly tools = new Map<string, Block>();
  private index = 0;

  take(part: Part): MessagesEvent[] {
    switch (part.type) {
      case "text-delta":
        return this.say("text", part);
      case "reasoning-delta":
        return this.say("thinking", part);
      case "text-end":
      case "reasoning-end":
        return this.endWords(part.id);
      case "tool-input-start":
        return this.startTool(part);
      case "tool-input-delta":
        return this.addInput(part);
      case "tool-call":
        return this.completeTool(part);
      default:
        return [];
    }
  }

  end(): MessagesEvent[] {
    for (const block of this.waiting) block.isEnded = true;
    return this.flush();
  }

  private say(
    kind: "text" | "thinking",
    { id, delta }: PartOf<"text-delta"> | PartOf<"reasoning-delta">,
  ): MessagesEvent[] {
    if (delta === "") return [];
    const last = this.waiting.at(-1);
    const isSame = last?.kind === kind && last.id === id && !last.isEnded;
    const block = isSame ? last : this.open(kind, id, "");
    block.text += delta;
    return this.flush();
  }

  private endWords(id: string): MessagesEvent[] {
    const block = this.waiting.findLast((each) => each.kind !== "tool_use" && each.id === id);
    if (block !== undefined) block.isEnded = true;
    return this.flush();
  }

  // A tool that the provider runs itself is not for the caller to answer.
  private startTool({ id, toolName, providerExecuted }: PartOf<"tool-input-start">): MessagesEvent[] {
    if (providerExecuted === true) return [];
    this.tools.set(id, this.open("tool_use", id, toolName));
    return this.flush();
  }

  private addInput({ id, delta }: PartOf<"tool-input-delta">): MessagesEvent[] {
    const block = this.tools.get(id);
    if (block === undefined) return [];
    block.text += delta;
    return this.flush();
  }

  private completeTool({ toolCallId, toolName, input, providerExecuted }: PartOf<"tool-call">): MessagesEvent[] {
    if (providerExecuted === true) return [];
    let block = this.tools.get(toolCallId);
    if (block === undefined) {
      block = this.open("tool_use", toolCallId, toolName);
      this.tools.set(toolCallId, block);
    }
    // What was sent cannot be taken back, so a whole that says something else (blanks, key order) is left alone.
    if (input.startsWith(block.text)) block.text = input;
    block.isEnded = true;
    return this.flush();
  }

  private open(kind: Block["kind"], id: string, name: string): Block {
    // Words end where something else begins, also where nobody says so.
    for (const earlier of this.waiting) if (earlier.kind !== "tool_use") earlier.isEnded = true;
    const block = { kind, id, name, text: "", sent: 0, isBegun: false, isEnded: false };
    this.waiting.push(block);
    return block;
  }

  private flush(): MessagesEvent[] {
    const events: MessagesEvent[] = [];
    for (let block = this.waiting[0]; block !== undefined; block = this.waiting[0]) {
      events.push(...this.eventsOf(block));
      if (!block.isEnded) break;
      events.push({ type: "content_block_stop", index: this.index });
      this.index += 1;
      this.waiting.shift();
    }
    return events;
  }

  private eventsOf(block: Block): MessagesEvent[] {
    const { index } = this;
    const events: MessagesEvent[] = [];
    if (!block.isBegun) {
      events.push({ type: "content_block_start", index, content_block: startOf(block) });
      block.isBegun = true;
    }
    if (block.sent < block.text.length) events.push({ type: "content_block_delta", index, delta: deltaOf(block) });
    block.sent = block.text.length;
    if (block.isEnded && block.kind === "thinking") {
      events.push({
        type: "content_block_delta",
        index,
        delta: { type: "signature_delta", signature: unsignedThinking },
      });
    }
    return events;
  }
}

type Content = MessagesEvent & { readonly type: "content_block_start" };

function startOf({ kind, id, name }: Block): Content["content_block"] {
  switch (kind) {
    case "text":
      return { type: kind, text: "" };
    case "thinking":
      return { type: kind, thinking: "", signature: "" };
    case "tool_use":
      return { type: kind, id, name, input: {} };
  }
}

function deltaOf({ kind, text, sent }: Block): Content["content_block"] {
  const pending = text.slice(sent);
  switch (kind) {
    case "text":
      return { type: "text_delta", text: pending };
    case "thinking":
      return { type: "thinking_delta", thinking: pending };
    case "tool_use":
      return { type: "input_json_delta", partial_json: pending };
  }
}
