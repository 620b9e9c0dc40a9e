import { isMessageBlock, type MessageBlock, type MessagesRequest } from "@gaia/contracts";
import type { CardFacts } from "../../openai/card-facts.ts";
import { isOwnTool } from "../tools-to-function-tools.ts";

interface MessageRule {
  /** A card with this ability is not asked; without one nobody can do it but Anthropic. */
  readonly ability?: string;
  /** What is not supported, for people. */
  readonly what: string;
  /** Where the request asks for it: `messages.0.content.1`. */
  readonly find: (request: MessagesRequest, card: CardFacts) => string | undefined;
}

type Block = Exclude<MessagesRequest["messages"][number]["content"], string>[number];

// OpenAI's; the offline model takes any number.
const mostStops = 4;

/** What only some models do, and what only Anthropic's do. */
export const messageRules: readonly MessageRule[] = [
  { ability: "vision", what: "images", find: findBlock((block) => block.type === "image") },
  { ability: "pdf_input", what: "PDF documents", find: findBlock((block) => isKnown(block) && isPdf(block)) },
  { ability: "tools", what: "tools", find: ({ tools }) => ((tools?.length ?? 0) > 0 ? "tools" : undefined) },
  {
    ability: "reasoning",
    what: "a thinking budget",
    find: ({ thinking }) => (thinking?.type === "enabled" ? "thinking" : undefined),
  },
  {
    ability: "reasoning",
    what: "an effort",
    find: ({ output_config }) => (output_config?.effort ? "output_config.effort" : undefined),
  },
  {
    ability: "structured_output",
    what: "a JSON schema",
    find: ({ output_config }) => (output_config?.format ? "output_config.format" : undefined),
  },
  {
    what: "tools that Anthropic defines",
    find: ({ tools = [] }) =>
      indexed(
        "tools",
        tools.findIndex((tool) => !isOwnTool(tool)),
      ),
  },
  { what: "this kind of block", find: findBlock((block) => !isMessageBlock(block)) },
  { what: "files of Anthropic's", find: findBlock((block) => isKnown(block) && isFile(block)) },
  { what: "documents by address", find: findBlock((block) => isKnown(block) && isDocumentByAddress(block)) },
  { what: "results of tools other than text", find: findBlock((block) => isKnown(block) && isRichResult(block)) },
  { what: "top_k", find: ({ top_k }, { provider }) => (isGiven(top_k) && provider === "openai" ? "top_k" : undefined) },
  {
    what: "more than four stop sequences",
    find: ({ stop_sequences }, { provider }) =>
      provider === "openai" && (stop_sequences?.length ?? 0) > mostStops ? "stop_sequences" : undefined,
  },
  { what: "an answer that you have begun", find: findPrefill },
  ...["container", "inference_geo", "mcp_servers", "user_profile_id", "workspace_id"].map((field) => ({
    what: `${field}, which is Anthropic's`,
    find: (request: MessagesRequest) => (isGiven(request[field]) ? field : undefined),
  })),
  { what: "the fast speed", find: (request) => (request["speed"] === "fast" ? "speed" : undefined) },
];

function findBlock(test: (block: Block) => boolean): MessageRule["find"] {
  return ({ messages }) => {
    for (const [index, { content }] of messages.entries()) {
      const position = typeof content === "string" ? -1 : content.findIndex(test);
      if (position !== -1) return `messages.${index}.content.${position}`;
    }
    return undefined;
  };
}

const isKnown = isMessageBlock;

function isPdf(block: MessageBlock): boolean {
  return block.type === "document" && block.source.type !== "text" && block.source.type !== "content";
}

function isFile(block: MessageBlock): boolean {
  return (block.type === "image" || block.type === "document") && block.source.type === "file";
}

function isDocumentByAddress(block: MessageBlock): boolean {
  return block.type === "document" && block.source.type === "url";
}

function isRichResult(block: MessageBlock): boolean {
  return (
    block.type === "tool_result" && Array.isArray(block.content) && block.content.some(({ type }) => type !== "text")
  );
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0);
}

function indexed(field: string, index: number): string | undefined {
  return index === -1 ? undefined : `${field}.${index}`;
}

function findPrefill({ messages }: MessagesRequest): string | undefined {
  return messages.at(-1)?.role === "assistant" ? `messages.${messages.length - 1}` : undefined;
}
