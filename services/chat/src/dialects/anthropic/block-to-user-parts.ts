import type { ChatMessage, MessageBlock } from "@gaia/contracts";

type UserPart = Exclude<Extract<ChatMessage, { role: "user" }>["content"], string>[number];
type BlockOf<Type extends MessageBlock["type"]> = Extract<MessageBlock, { type: Type }>;

/** What a user shows, in OpenAI's parts; nothing for blocks that are no user's words. */
export function blockToUserParts(block: MessageBlock): UserPart[] {
  switch (block.type) {
    case "text":
      return [{ type: "text", text: block.text }];
    case "image":
      return imageParts(block);
    case "document":
      return documentParts(block);
    default:
      return [];
  }
}

function imageParts({ source }: BlockOf<"image">): UserPart[] {
  if (source.type === "file") return [];
  const url = source.type === "url" ? source.url : `data:${source.media_type};base64,${source.data}`;
  return [{ type: "image_url", image_url: { url } }];
}

function documentParts({ source, title, context }: BlockOf<"document">): UserPart[] {
  const text = textOfSource(source);
  if (text !== undefined) {
    const heading = [title, context].filter((line) => line !== undefined && line !== null);
    return [{ type: "text", text: [...heading, text].join("\n\n") }];
  }
  if (source.type !== "base64") return [];
  const file = { file_data: `data:${source.media_type};base64,${source.data}`, filename: title ?? "document.pdf" };
  return [{ type: "file", file }];
}

function textOfSource(source: BlockOf<"document">["source"]): string | undefined {
  if (source.type === "text") return source.data;
  if (source.type !== "content") return undefined;
  if (typeof source.content === "string") return source.content;
  return source.content.map((part) => (typeof part["text"] === "string" ? part["text"] : "")).join("\n");
}
