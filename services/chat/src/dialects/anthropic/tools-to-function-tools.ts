import type {
  ChatCompletionRequest,
  FunctionTool,
  MessagesRequest,
  MessageTool,
  MessageToolChoice,
  ToolChoice,
} from "@gaia/contracts";
import { omitNullish } from "../openai/omit-nullish.ts";

type ToolFields = Pick<ChatCompletionRequest, "tools" | "tool_choice" | "parallel_tool_calls">;

/** Without tools a choice among them says nothing. */
export function toolsToFunctionTools({ tools = [], tool_choice }: MessagesRequest): ToolFields {
  const own = tools.filter(isOwnTool);
  if (own.length === 0) return {};
  const isSingle =
    tool_choice !== undefined && tool_choice.type !== "none" && tool_choice.disable_parallel_tool_use === true;
  return {
    tools: own.map(toFunctionTool),
    ...(tool_choice === undefined ? {} : { tool_choice: toToolChoice(tool_choice) }),
    ...(isSingle ? { parallel_tool_calls: false } : {}),
  };
}

/** A tool that the caller runs, and not one that Anthropic defines. */
export function isOwnTool({ type }: MessageTool): boolean {
  return type === undefined || type === null || type === "custom";
}

function toFunctionTool({ name = "", description, input_schema, strict }: MessageTool): FunctionTool {
  return {
    type: "function",
    function: { name, ...omitNullish({ description, parameters: input_schema, strict }) },
  };
}

function toToolChoice(choice: MessageToolChoice): ToolChoice {
  switch (choice.type) {
    case "auto":
    case "none":
      return choice.type;
    case "any":
      return "required";
    case "tool":
      return { type: "function", function: { name: choice.name } };
  }
}
