import { shorten } from "./shorten.ts";

/** What the original called conversations without a title. */
export const untitled = "New Conversation";

const titleLength = 50;

/** A title from the first message, on one line. */
export function titleFrom(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line === "" ? untitled : shorten(line, titleLength);
}
