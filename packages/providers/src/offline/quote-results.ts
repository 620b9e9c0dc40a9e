import * as z from "zod";
import type { ToolOutcome } from "./read-prompt.ts";

export const searchToolName = "search_knowledge_base";

const longestQuote = 1200;

const Passage = z.object({
  path: z.string(),
  text: z.string().optional(),
  content: z.string().optional(),
  snippet: z.string().optional(),
  passage: z.string().optional(),
});
const SearchResult = z.union([
  z.array(Passage),
  z.object({ results: z.array(Passage) }).transform(({ results }) => results),
  z.object({ passages: z.array(Passage) }).transform(({ passages }) => passages),
]);

/** Answers with what the tools said, and passages of the knowledge base with their paths. */
export function quoteResults(outcomes: readonly ToolOutcome[]): string {
  return outcomes.map(quoteOutcome).join("\n\n");
}

function quoteOutcome({ toolName, text }: ToolOutcome): string {
  const passages = toolName === searchToolName ? parsePassages(text) : undefined;
  if (passages?.length === 0) return "The knowledge base has nothing about this.";
  if (passages) return ["The knowledge base says:", ...passages].join("\n\n");
  return `The tool ${toolName} answered: ${cut(text)}`;
}

function parsePassages(text: string): string[] | undefined {
  const parsed = SearchResult.safeParse(parseJson(text));
  if (!parsed.success) return undefined;
  return parsed.data.map(({ path, text: plain, content, snippet, passage }) => {
    const quoted = cut(plain ?? content ?? snippet ?? passage ?? "").trim();
    const lines = quoted.split("\n").map((line) => `> ${line}`);
    return [...lines, `(${path})`].join("\n");
  });
}

function cut(text: string): string {
  return text.length > longestQuote ? `${text.slice(0, longestQuote)}…` : text;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
