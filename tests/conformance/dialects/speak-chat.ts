import * as z from "zod";
import { type Answer, nothing, type Question, type Speech, toolSchema } from "./answer.ts";

const Failure = z.object({ error: z.object({ message: z.string(), type: z.string() }) });
const Fragment = z.object({
  index: z.int().optional(),
  function: z.object({ name: z.string().optional(), arguments: z.string().optional() }),
});
const Words = z.object({
  content: z.string().nullish(),
  reasoning_content: z.string().nullish(),
  tool_calls: z.array(Fragment).optional(),
});
const Usage = z.object({ prompt_tokens: z.int(), completion_tokens: z.int() }).nullish();
const Piece = z.object({
  choices: z.array(
    z.object({ message: Words.optional(), delta: Words.optional(), finish_reason: z.string().nullable() }),
  ),
  usage: Usage,
});

const stopReasons: Readonly<Record<string, string>> = {
  stop: "end_turn",
  length: "max_tokens",
  tool_calls: "tool_use",
  content_filter: "refusal",
};

export const speakChat: Speech = {
  name: "chat",
  path: "/v1/chat/completions",
  body: ({ model, text, image, tools, schema, thinks }: Question, stream) => ({
    model,
    messages: [
      {
        role: "user",
        content:
          image === undefined
            ? text
            : [
                { type: "text", text },
                { type: "image_url", image_url: { url: image } },
              ],
      },
    ],
    ...(tools === undefined
      ? {}
      : { tools: tools.map((name) => ({ type: "function", function: { name, parameters: toolSchema() } })) }),
    ...(schema === undefined
      ? {}
      : { response_format: { type: "json_schema", json_schema: { name: "answer", strict: true, schema } } }),
    ...(thinks === true ? { reasoning_effort: "low" } : {}),
    ...(stream ? { stream, stream_options: { include_usage: true } } : {}),
  }),
  readWhole: (status, body) => put(status, [body]),
  readStream: put,
};

function put(status: number, pieces: readonly unknown[]): Answer {
  const calls = new Map<number, { name: string; input: string }>();
  let answer: Answer = { ...nothing, status };
  for (const value of pieces) {
    const failure = Failure.safeParse(value);
    if (failure.success) {
      answer = { ...answer, failure: failure.data.error.message };
      continue;
    }
    const { choices, usage } = Piece.parse(value);
    const [choice] = choices;
    const words = choice?.message ?? choice?.delta;
    for (const [position, { index = position, function: called }] of (words?.tool_calls ?? []).entries()) {
      const call = calls.get(index) ?? { name: "", input: "" };
      calls.set(index, { name: call.name + (called.name ?? ""), input: call.input + (called.arguments ?? "") });
    }
    answer = {
      ...answer,
      text: answer.text + (words?.content ?? ""),
      thinking: answer.thinking + (words?.reasoning_content ?? ""),
      stopReason: stopReasons[choice?.finish_reason ?? ""] ?? answer.stopReason,
      tokens: usage ? { input: usage.prompt_tokens, output: usage.completion_tokens } : answer.tokens,
    };
  }
  const parsed = [...calls.values()].map(({ name, input }) => ({ name, input: parseOrNull(input) }));
  return { ...answer, calls: parsed };
}

// Half a call is what is left of an answer that broke off.
function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
