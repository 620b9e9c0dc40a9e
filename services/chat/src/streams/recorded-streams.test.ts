import { LLMock } from "@copilotkit/aimock";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { AnswerAccumulator } from "./answer-accumulator.ts";
import { observeCompletionChunks } from "./observe-completion-chunks.ts";
import { cutBytes, readText } from "./testing/cut-bytes.ts";

const mock = new LLMock({ port: 0, chunkSize: 7 });

beforeAll(async () => {
  mock.onMessage("story", { content: 'Once upon a time a "✓ robot" \\ slept.\nThe end. 🤖' });
  mock.onMessage("tools", {
    toolCalls: [
      { name: "get_weather", arguments: '{"city":"Paris"}', id: "call_a" },
      { name: "get_time", arguments: "{}", id: "call_b" },
    ],
  });
  await mock.start();
});
afterAll(() => mock.stop());

/** The bytes of a real server's answer. */
async function record(message: string): Promise<string> {
  const response = await fetch(`${mock.url}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: "Bearer k" },
    body: JSON.stringify({
      model: "gpt-4o-mini",
      messages: [{ role: "user", content: message }],
      stream: true,
      stream_options: { include_usage: true },
    }),
  });
  return response.text();
}

async function observe(body: string, cuts: readonly number[]) {
  const answer = new AnswerAccumulator();
  const options = { answer, includeUsage: true, addTokenNames: false };
  const passed = await readText(observeCompletionChunks(cutBytes(body, cuts), options));
  return { passed, completion: answer.toCompletion() };
}

// Written after what these servers send, since nothing in tests reaches them.
const compatible = {
  Azure:
    'data: {"choices":[],"created":0,"id":"","model":"","object":"","prompt_filter_results":[{"prompt_index":0}]}\n\n' +
    'data: {"choices":[{"delta":{"content":"Hi","role":"assistant"},"finish_reason":null,"index":0}],"id":"a","model":"m"}\n\n' +
    'data: {"choices":[{"delta":{},"finish_reason":"stop","index":0}],"id":"a","model":"m"}\n\ndata: [DONE]\n\n',
  OpenRouter:
    ": OPENROUTER PROCESSING\n\n: OPENROUTER PROCESSING\n\n" +
    'data: {"id":"g","model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":"Hi","reasoning":"Hm"},"finish_reason":null}]}\n\n' +
    'data: {"id":"g","model":"m","choices":[{"index":0,"delta":{"content":""},"finish_reason":"stop","native_finish_reason":"STOP"}],"usage":{"prompt_tokens":1,"completion_tokens":2,"cost":0.1}}\n\ndata: [DONE]\n\n',
  "a Python server":
    'data: {"id": "p", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [{"index": 0, "delta": {"content": "H"}, "finish_reason": null}]}\r\n\r\n' +
    'data: {"id": "p", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [{"index": 0, "delta": {"content": "i"}, "finish_reason": null}]}\r\n\r\n' +
    'data: {"id": "p", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}\r\n\r\ndata: [DONE]\r\n\r\n',
};

describe("a recorded stream", () => {
  test("of text is understood", async () => {
    const { completion } = await observe(await record("story"), []);
    expect(completion.choices[0]?.message.content).toBe('Once upon a time a "✓ robot" \\ slept.\nThe end. 🤖');
  });

  test("of parallel tool calls is understood", async () => {
    const { completion } = await observe(await record("tools"), []);
    expect(completion.choices[0]).toMatchObject({
      finish_reason: "tool_calls",
      message: {
        tool_calls: [
          { id: "call_a", function: { name: "get_weather", arguments: '{"city":"Paris"}' } },
          { id: "call_b", function: { name: "get_time", arguments: "{}" } },
        ],
      },
    });
  });

  test.each(Object.entries(compatible))("of %s is understood and passes unchanged", async (_name, body) => {
    const { completion, passed } = await observe(body, []);
    expect(completion.choices[0]).toMatchObject({ finish_reason: "stop", message: { content: "Hi" } });
    expect(passed).toBe(body);
  });

  test("means the same wherever the network cuts it", async () => {
    const bodies = [await record("story"), await record("tools"), ...Object.values(compatible)];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...bodies), fc.array(fc.nat(), { maxLength: 60 }), async (body, cuts) => {
        const cut = await observe(body, cuts);
        expect(cut.completion).toEqual((await observe(body, [])).completion);
        // After `[DONE]` nothing is read, also not the second half of a line ending that was cut in two.
        expect(cut.passed.trimEnd()).toBe(body.trimEnd());
      }),
      { numRuns: 200 },
    );
  });
});
