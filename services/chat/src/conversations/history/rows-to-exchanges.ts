import { type ChatMessage, chat, type ToolCall } from "@gaia/contracts";
import * as z from "zod";
import type { HistoryRow, PastExchange } from "./past-exchange.ts";

const noResults: ReadonlySet<string> = new Set();

/**
 * Stored messages, oldest first, as exchanges. A call whose results are missing is left out, and so is a result without
 * its call: providers refuse either. `arriving` are the calls whose results come with the request.
 */
export function rowsToExchanges(
  rows: readonly HistoryRow[],
  arriving: ReadonlySet<string> = noResults,
): PastExchange[] {
  const groups: [HistoryRow, ...HistoryRow[]][] = [];
  for (const row of rows) {
    const group = groups.at(-1);
    if (group === undefined || row.role === "user") groups.push([row]);
    else group.push(row);
  }
  return groups
    .map((group) => ({ number: group[0].exchange, messages: groupToMessages(group, arriving) }))
    .filter(({ messages }) => messages.length > 0);
}

function groupToMessages(group: readonly HistoryRow[], arriving: ReadonlySet<string>): ChatMessage[] {
  const results = new Map(group.flatMap(resultOf));
  return group.flatMap((row): ChatMessage[] => {
    if (row.role === "user") return row.content === "" ? [] : [{ role: "user", content: row.content }];
    return row.role === "assistant" ? assistantMessages(row, results, arriving) : [];
  });
}

function resultOf(row: HistoryRow): [string, string][] {
  return row.role === "tool" && row.tool_call_id !== null ? [[row.tool_call_id, row.content]] : [];
}

function assistantMessages(
  row: HistoryRow,
  results: ReadonlyMap<string, string>,
  arriving: ReadonlySet<string>,
): ChatMessage[] {
  const calls = callsOf(row);
  const isComplete = calls.every(({ id }) => results.has(id) || arriving.has(id));
  if (calls.length === 0 || !isComplete) return row.content === "" ? [] : [{ role: "assistant", content: row.content }];
  const answers = calls.flatMap(({ id }): ChatMessage[] => {
    const content = arriving.has(id) ? undefined : results.get(id);
    return content === undefined ? [] : [{ role: "tool", tool_call_id: id, content }];
  });
  return [{ role: "assistant", content: row.content === "" ? null : row.content, tool_calls: calls }, ...answers];
}

const ToolCalls = z.array(chat.ToolCall).catch([]);

export function callsOf({ tool_calls }: Pick<HistoryRow, "tool_calls">): ToolCall[] {
  return ToolCalls.parse(tool_calls ?? []);
}
