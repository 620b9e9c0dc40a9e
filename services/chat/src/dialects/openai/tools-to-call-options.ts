import type { LanguageModelV4CallOptions, LanguageModelV4FunctionTool } from "@ai-sdk/provider";
import type { ChatCompletionRequest, FunctionTool, ToolChoice } from "@gaia/contracts";
import { invalidField } from "./invalid-field.ts";
import { omitNullish } from "./omit-nullish.ts";

type ToolOptions = Pick<LanguageModelV4CallOptions, "tools" | "toolChoice">;

/** The adapters drop a choice that has no tools to choose from; here it is an error, as it is at OpenAI. */
export function toolsToCallOptions({ tools = [], tool_choice }: ChatCompletionRequest): ToolOptions {
  const names = new Set(tools.map((tool) => tool.function.name));
  for (const name of namesIn(tool_choice)) {
    if (!names.has(name)) throw invalidField(["tool_choice"], `There is no tool "${name}"`);
  }
  if (tool_choice === "required" && tools.length === 0) throw invalidField(["tool_choice"], "There are no tools");
  if (tools.length === 0) return {};
  const allowed = allowedTools(tools, tool_choice);
  return omitNullish({ tools: allowed.map(toFunctionTool), toolChoice: toToolChoice(tool_choice) });
}

function toFunctionTool({
  function: { name, description, parameters, strict },
}: FunctionTool): LanguageModelV4FunctionTool {
  return {
    type: "function",
    name,
    inputSchema: parameters ?? { type: "object", properties: {} },
    ...omitNullish({ description, strict }),
  };
}

function namesIn(choice: ToolChoice | undefined): string[] {
  if (choice === undefined || typeof choice === "string") return [];
  if (choice.type === "function") return [choice.function.name];
  return choice.allowed_tools.tools.map((tool) => tool.function.name);
}

function allowedTools(tools: readonly FunctionTool[], choice: ToolChoice | undefined): readonly FunctionTool[] {
  if (typeof choice !== "object" || choice.type !== "allowed_tools") return tools;
  const allowed = new Set(namesIn(choice));
  return tools.filter((tool) => allowed.has(tool.function.name));
}

function toToolChoice(choice: ToolChoice | undefined): LanguageModelV4CallOptions["toolChoice"] {
  if (choice === undefined) return undefined;
  if (typeof choice === "string") return { type: choice };
  if (choice.type === "function") return { type: "tool", toolName: choice.function.name };
  return { type: choice.allowed_tools.mode };
}
