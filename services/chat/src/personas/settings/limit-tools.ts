import type { ChatCompletionRequest, PersonaSettings, ToolChoice } from "@gaia/contracts";

/**
 * The request with no more tools than the persona uses. Where tools were called before, providers want to know them
 * still; then they stay declared, and none may be called.
 */
export function limitTools(
  request: ChatCompletionRequest,
  { tool_usage, allowed_tools }: Pick<PersonaSettings, "tool_usage" | "allowed_tools">,
): ChatCompletionRequest {
  if (request.tools === undefined || request.tools.length === 0) return request;
  const names = new Set(allowed_tools);
  const isAllowed = (name: string) => tool_usage !== false && (allowed_tools === undefined || names.has(name));
  const left = request.tools.filter((tool) => isAllowed(tool.function.name));
  if (left.length === request.tools.length) return request;
  const { tools, tool_choice, parallel_tool_calls, ...rest } = request;
  if (left.length === 0) return hasToolCalls(request) ? { ...rest, tools, tool_choice: "none" } : rest;
  const choice = tool_choice === undefined ? undefined : limitChoice(tool_choice, isAllowed);
  return {
    ...rest,
    tools: left,
    ...(choice === undefined ? {} : { tool_choice: choice }),
    ...(parallel_tool_calls === undefined ? {} : { parallel_tool_calls }),
  };
}

function hasToolCalls({ messages }: ChatCompletionRequest): boolean {
  return messages.some((message) => message.role === "assistant" && (message.tool_calls?.length ?? 0) > 0);
}

// A choice of what is not there would be refused as a mistake of the caller's.
function limitChoice(choice: ToolChoice, isAllowed: (name: string) => boolean): ToolChoice | undefined {
  if (typeof choice === "string") return choice;
  if (choice.type === "function") return isAllowed(choice.function.name) ? choice : undefined;
  const { allowed_tools } = choice;
  const tools = allowed_tools.tools.filter((tool) => isAllowed(tool.function.name));
  return tools.length === 0 ? "none" : { ...choice, allowed_tools: { ...allowed_tools, tools } };
}
