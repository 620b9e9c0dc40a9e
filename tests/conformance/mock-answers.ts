import type { LLMock } from "@copilotkit/aimock";

const usage = { prompt_tokens: 21, completion_tokens: 13, total_tokens: 34, input_tokens: 21, output_tokens: 13 };

export const greeting = 'Grüß Gott, 世界 🌍👩‍🚀! "Quoted" \\ back\nand a second line.';
export const parisArguments = { city: "Paris", note: "ça va? 🗼" };
export const romeArguments = { city: "Rome" };
export const invoice = { customer: "Zoë", total: 12.5, items: ["a", "b"] };

/** What both mocks answer to the questions of the specs here. */
export function teachAnswers(mock: LLMock): void {
  mock.on({ userMessage: "weather in Paris", hasToolResult: true }, { content: "It is 18 degrees in Paris.", usage });
  mock.on(
    { userMessage: "weather in Paris and Rome", hasToolResult: false },
    {
      toolCalls: [
        { id: "call_paris", name: "get_weather", arguments: parisArguments },
        { id: "call_rome", name: "get_weather", arguments: romeArguments },
      ],
      usage,
    },
  );
  mock.on(
    { userMessage: "weather in Paris", hasToolResult: false },
    { toolCalls: [{ id: "call_paris", name: "get_weather", arguments: parisArguments }], usage },
  );
  mock.on(
    { userMessage: "think aloud about Paris" },
    {
      content: "Let me look.",
      toolCalls: [{ id: "call_paris", name: "get_weather", arguments: parisArguments }],
      usage,
    },
  );
  mock.on({ userMessage: "greet me" }, { content: greeting, usage }, { chunkSize: 3 });
  mock.on({ userMessage: "read the invoice" }, { content: invoice, usage }, { chunkSize: 4 });
  mock.on({ userMessage: "describe the picture" }, { content: "One red pixel.", usage });
  mock.on({ userMessage: "talk slowly" }, { content: "word ".repeat(200) }, { streamingProfile: { ttft: 0, tps: 20 } });
  mock.on({ userMessage: "you are too fast" }, { error: { message: "Slow down" }, status: 429, retryAfter: 30 });
  mock.on({ userMessage: "this is nonsense" }, { error: { message: "I do not understand" }, status: 400 });
}

export const weatherTool = {
  type: "function" as const,
  function: {
    name: "get_weather",
    description: "The weather in a city",
    parameters: {
      type: "object",
      properties: { city: { type: "string" }, note: { type: "string" } },
      required: ["city"],
      additionalProperties: false,
    },
  },
};

export const redPixel =
  "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";
