import type { ObservedChunk } from "./answer-accumulator.ts";
import { readUpstreamChunk } from "./read-upstream-chunk.ts";

const probe = "probe";
const maximumAttempts = 3;

/**
 * Reads the text of a chunk without parsing it. A provider's text chunks differ in nothing but their text, so once one
 * was parsed, another with the same bytes before and after a text without quotes and escapes can only be such a chunk.
 */
export class ContentTemplate {
  private frame: { readonly prefix: string; readonly suffix: string } | undefined;
  // Servers that pad every chunk differently would be learned again and again.
  private attempts = 0;

  textOf(data: string): string | undefined {
    if (this.frame === undefined) return undefined;
    const { prefix, suffix } = this.frame;
    const textLength = data.length - prefix.length - suffix.length;
    if (textLength < 0 || !data.startsWith(prefix) || !data.endsWith(suffix)) return undefined;
    const text = data.slice(prefix.length, prefix.length + textLength);
    return text.includes('"') || text.includes("\\") ? undefined : text;
  }

  learn(data: string, chunk: ObservedChunk): void {
    const text = soleTextOf(chunk);
    if (text === undefined || this.attempts === maximumAttempts) return;
    this.attempts += 1;
    const content = JSON.stringify(text);
    const position = data.lastIndexOf(content);
    if (position === -1) return;
    const frame = { prefix: data.slice(0, position + 1), suffix: data.slice(position + content.length - 1) };
    const probed = readUpstreamChunk({ data: frame.prefix + probe + frame.suffix, event: null });
    if (soleTextOf(probed) === probe) this.frame = frame;
  }
}

/** The text of a chunk that says nothing else. */
function soleTextOf({ choices, usage }: ObservedChunk): string | undefined {
  const [choice] = choices;
  if (choice === undefined || choices.length > 1 || choice.index !== 0 || usage) return undefined;
  const { content, reasoning_content, refusal, tool_calls } = choice.delta;
  const isSole = !reasoning_content && !refusal && !tool_calls?.length && choice.finish_reason === null;
  return isSole && content ? content : undefined;
}
