import type { ChatMessage } from "@gaia/contracts";

/** The words of a message; what is not text is named, so that a stored message shows that there was something. */
export function textOf({ content }: ChatMessage): string {
  if (content === undefined || content === null) return "";
  if (typeof content === "string") return content;
  return content
    .map((part) => {
      switch (part.type) {
        case "text":
          return part.text;
        case "refusal":
          return part.refusal;
        case "image_url":
          return "[image]";
        case "input_audio":
          return "[audio]";
        case "file":
          return "[file]";
      }
    })
    .join("\n");
}
