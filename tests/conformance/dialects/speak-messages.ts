import { MessagesEvent, MessagesResponse } from "@gaia/contracts";
import * as z from "zod";
import { type Answer, nothing, type Question, type Speech, toolSchema } from "./answer.ts";

const Failure = z.object({
  type: z.literal("error"),
  error: z.object({ type: z.string(), message: z.string() }),
  request_id: z.string(),
});
const Block = z.looseObject({
  type: z.string(),
  text: z.string().default(""),
  thinking: z.string().default(""),
  name: z.string().default(""),
  input: z.unknown().optional(),
});

export const speakMessages: Speech = {
  name: "messages",
  path: "/v1/messages",
  body: ({ model, text, image, tools, schema, thinks }: Question, stream) => ({
    model,
    max_tokens: 4096,
    messages: [{ role: "user", content: image === undefined ? text : [{ type: "text", text }, imageBlock(image)] }],
    ...(tools === undefined ? {} : { tools: tools.map((name) => ({ name, input_schema: toolSchema() })) }),
    ...(schema === undefined ? {} : { output_config: { format: { type: "json_schema", schema } } }),
    ...(thinks === true ? { thinking: { type: "enabled", budget_tokens: 2048 } } : {}),
    ...(stream ? { stream } : {}),
  }),
  readWhole(status, body) {
    const failure = Failure.safeParse(body);
    if (failure.success) return { ...nothing, status, failure: failure.data.error.message };
    const { content, stop_reason, usage } = MessagesResponse.parse(body);
    const tokens = { input: usage.input_tokens, output: usage.output_tokens };
    return { ...nothing, ...wordsOf(content), status, stopReason: stop_reason, tokens };
  },
  readStream(status, events) {
    const blocks: Record<string, unknown>[] = [];
    let answer: Answer = { ...nothing, status };
    for (const value of events) {
      const event = MessagesEvent.parse(value);
      if (event.type === "error") answer = { ...answer, failure: event.error.message };
      if (event.type === "message_start") answer = { ...answer, tokens: tokensOf(event.message.usage, answer) };
      if (event.type === "content_block_start") blocks[event.index] = { ...event.content_block };
      if (event.type === "content_block_delta") addDelta(blocks[event.index] ?? {}, event.delta);
      if (event.type === "message_delta") {
        answer = { ...answer, stopReason: event.delta.stop_reason, tokens: tokensOf(event.usage, answer) };
      }
    }
    return { ...answer, ...wordsOf(blocks.map(withInput)) };
  },
};

function imageBlock(url: string): object {
  const data = url.slice(url.indexOf(",") + 1);
  return { type: "image", source: { type: "base64", media_type: "image/png", data } };
}

function wordsOf(content: readonly unknown[]): Pick<Answer, "text" | "thinking" | "calls"> {
  const blocks = content.map((block) => Block.parse(block));
  return {
    text: blocks.map(({ text }) => text).join(""),
    thinking: blocks.map(({ thinking }) => thinking).join(""),
    calls: blocks.filter(({ type }) => type === "tool_use").map(({ name, input }) => ({ name, input })),
  };
}

function tokensOf(
  usage: { readonly input_tokens?: number | undefined; readonly output_tokens: number },
  { tokens }: Answer,
): NonNullable<Answer["tokens"]> {
  return { input: usage.input_tokens ?? tokens?.input ?? 0, output: usage.output_tokens };
}

const textFields = ["text", "thinking", "partial_json"] as const;

function addDelta(block: Record<string, unknown>, delta: Readonly<Record<string, unknown>>): void {
  for (const field of textFields) {
    const [before, more] = [block[field] ?? "", delta[field]];
    if (typeof more === "string" && typeof before === "string") block[field] = before + more;
  }
}

function withInput({ partial_json, ...block }: Record<string, unknown>): Record<string, unknown> {
  return typeof partial_json === "string" ? { ...block, input: parseOrNull(partial_json) } : block;
}

// Half a call is what is left of an answer that broke off.
function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
