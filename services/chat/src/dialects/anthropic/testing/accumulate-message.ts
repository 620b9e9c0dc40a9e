import type { MessagesEvent } from "@gaia/contracts";

type Block = Record<string, unknown>;
type EventOf<Type extends MessagesEvent["type"]> = Extract<MessagesEvent, { type: Type }>;

export interface AccumulatedMessage {
  readonly content: readonly Block[];
  readonly stopReason: string | null | undefined;
}

/** What a client makes of the events. Throws on any order that Anthropic would not send. */
export async function accumulateMessage(source: AsyncIterable<MessagesEvent>): Promise<AccumulatedMessage> {
  const reader = new MessageReader();
  for await (const event of source) reader.read(event);
  reader.require("over");
  return { content: reader.content, stopReason: reader.stopReason };
}

class MessageReader {
  readonly content: Block[] = [];
  stopReason: string | null | undefined;
  private state: "before" | "between" | "block" | "ended" | "over" = "before";
  private open: Block = {};
  private json = "";

  read(event: MessagesEvent): void {
    switch (event.type) {
      case "message_start":
        return this.move("before", "between");
      case "content_block_start":
        return this.begin(event);
      case "content_block_delta":
        return this.add(event);
      case "content_block_stop":
        return this.finish(event);
      case "message_delta":
        this.stopReason = event.delta.stop_reason;
        return this.move("between", "ended");
      case "message_stop":
        return this.move("ended", "over");
      default:
        return undefined;
    }
  }

  require(state: typeof this.state, index = this.content.length): void {
    if (this.state !== state || index !== this.content.length) throw new Error(`out of order: ${this.state}, ${index}`);
  }

  private move(from: typeof this.state, to: typeof this.state): void {
    this.require(from);
    this.state = to;
  }

  private begin({ index, content_block }: EventOf<"content_block_start">): void {
    this.require("between", index);
    this.open = { ...content_block };
    this.json = "";
    this.state = "block";
  }

  private add({ index, delta }: EventOf<"content_block_delta">): void {
    this.require("block", index);
    for (const [name, value] of Object.entries(delta)) {
      if (typeof value !== "string" || name === "type") continue;
      if (name === "partial_json") this.json += value;
      else this.open[name] = String(this.open[name]) + value;
    }
  }

  private finish({ index }: EventOf<"content_block_stop">): void {
    this.require("block", index);
    const isTool = this.open["type"] === "tool_use";
    this.content.push(isTool ? { ...this.open, input: JSON.parse(this.json === "" ? "{}" : this.json) } : this.open);
    this.state = "between";
  }
}
