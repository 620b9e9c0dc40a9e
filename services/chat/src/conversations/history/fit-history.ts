import type { ChatMessage } from "@gaia/contracts";
import { shorten } from "../shorten.ts";
import { bytesOfTokens, messageTokens } from "./message-tokens.ts";
import type { PastExchange } from "./past-exchange.ts";

export interface StoredSummary {
  readonly text: string;
  /** The last exchange in it. */
  readonly coversUntil: number;
}

interface History {
  readonly exchanges: readonly PastExchange[];
  readonly summary: StoredSummary | null;
  /** The last exchange is what the model is asked about. */
  readonly endsWithQuestion: boolean;
}

export interface FittedHistory {
  readonly messages: readonly ChatMessage[];
  /** The last exchange that a summary should cover from now on; `null` where the one there is does, or nothing fell out. */
  readonly toSummarizeUntil: number | null;
}

/**
 * The youngest exchanges that fit, whole, with the summary of the ones before in front. What falls out is summarised in
 * steps of half the room, so that not every question makes a new summary.
 */
export function fitHistory({ exchanges, summary, endsWithQuestion }: History, room: number): FittedHistory {
  const sizes = exchanges.map(({ messages }) => messages.reduce((sum, message) => sum + messageTokens(message), 0));
  const necessary = endsWithQuestion ? 1 : 0;
  const all = firstFitting(sizes, room, necessary);
  if (all === 0) return { messages: exchanges.flatMap(({ messages }) => messages), toSummarizeUntil: null };
  const note = summary === null ? [] : noteWithin(summary, Math.floor(room / 2));
  const left = note.reduce((sum, message) => sum - messageTokens(message), room);
  const kept = firstFitting(sizes, left, necessary);
  const isCovered = summary !== null && (exchanges[kept - 1]?.number ?? 0) <= summary.coversUntil;
  const toCover = exchanges[firstFitting(sizes, Math.floor(left / 2), necessary) - 1]?.number ?? null;
  return {
    messages: [...note, ...exchanges.slice(kept).flatMap(({ messages }) => messages)],
    toSummarizeUntil: isCovered ? null : toCover,
  };
}

/** The first exchange from which on all fit; the necessary ones at the end count as fitting. */
function firstFitting(sizes: readonly number[], room: number, necessary: number): number {
  let first = sizes.length;
  let left = room;
  while (first > 0) {
    left -= sizes[first - 1] ?? 0;
    if (left < 0 && sizes.length - first >= necessary) break;
    first -= 1;
  }
  return first;
}

const heading = "What was said earlier in this conversation, in short:";
const shortestNote = 100;

/** The summary as a message, or its beginning; nothing where there is no room worth it. */
function noteWithin({ text }: StoredSummary, tokens: number): ChatMessage[] {
  const bytes = bytesOfTokens(tokens) - bytesOfTokens(messageTokens({ role: "system", content: heading }) + 2);
  const characters = Math.floor(Math.max(0, bytes) / (Buffer.byteLength(text) / text.length));
  if (characters < Math.min(shortestNote, text.length)) return [];
  return [{ role: "system", content: `${heading}\n${shorten(text, characters)}` }];
}
