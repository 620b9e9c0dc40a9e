import { shorten } from "../shorten.ts";

interface Said {
  readonly role: string;
  readonly content: string;
}

/** What a summary is made of. */
export interface Past {
  /** The summary of what was before. */
  readonly former: string | null;
  readonly said: readonly Said[];
}

const lineLength = 160;
const summaryLength = 2000;

/** A summary without a model: how each message begins. Where there is too much, the oldest gives way. */
export function extractSummary({ former, said }: Past): string {
  const lines = [...(former === null ? [] : former.split("\n")), ...said.map(lineOf)];
  const kept: string[] = [];
  let length = 0;
  for (const line of lines.toReversed()) {
    length += line.length + 1;
    if (length > summaryLength) break;
    kept.unshift(line);
  }
  return kept.join("\n");
}

function lineOf({ role, content }: Said): string {
  const who = role === "user" ? "User" : "Assistant";
  return `${who}: ${shorten(content.replaceAll(/\s+/g, " ").trim(), lineLength)}`;
}
