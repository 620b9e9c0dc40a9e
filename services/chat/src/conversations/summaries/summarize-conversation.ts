import type { Exchange } from "../../completions/exchange.ts";
import { exchangeToUsageRow } from "../../completions/exchange-to-usage-row.ts";
import type { ChatDeps } from "../../deps.ts";
import { usageToOpenAi } from "../../dialects/openai/usage-to-openai.ts";
import { storable } from "../conversation-repository.ts";
import { contextWindowOf } from "../history/context-window.ts";
import type { HistoryRow } from "../history/past-exchange.ts";
import { textTokens } from "../history/message-tokens.ts";
import { extractSummary, type Past } from "./extract-summary.ts";
import { findSummary, listMessagesBetween, storeSummary } from "./summary-repository.ts";
import { type WrittenSummary, writeSummary } from "./write-summary.ts";

const messagesAtOnce = 400;

type SummaryDeps = Pick<ChatDeps, "kysely" | "usage" | "stopping">;

/**
 * Extends the summary of a conversation by what its model has no room for any more. What was said is asked of the same
 * model, in the background after an answer; without a provider it is an extract. A long past is caught up with in steps.
 */
export async function summarizeConversation(deps: SummaryDeps, exchange: Exchange): Promise<void> {
  const { kysely } = deps;
  const { conversationId, place, resolved } = exchange;
  const until = place?.toSummarizeUntil ?? null;
  if (conversationId === null || until === null) return;
  const former = (await findSummary(kysely, conversationId)) ?? { text: null, coversUntil: 0 };
  const span = { conversationId, after: former.coversUntil, until, limit: messagesAtOnce };
  const said = fitting(await listMessagesBetween(kysely, span), contextWindowOf(resolved.card) / 2);
  const last = said.at(-1);
  if (last === undefined) return;
  const text = await summaryOf(deps, exchange, { former: former.text, said });
  await storeSummary(kysely, conversationId, { text: storable(text), coversUntil: last.exchange });
}

async function summaryOf(
  { usage, stopping }: Omit<SummaryDeps, "kysely">,
  exchange: Exchange,
  past: Past,
): Promise<string> {
  if (exchange.resolved.card.provider === "gaia") return extractSummary(past);
  const started = performance.now();
  const written = await writeSummary(exchange.resolved, past, stopping);
  usage.record(usageRowOf({ ...exchange, started }, written));
  return written.text === "" ? extractSummary(past) : written.text;
}

/** As many of the first exchanges as a model can read at once, whole if there is more than one. */
function fitting(rows: readonly HistoryRow[], tokens: number): readonly HistoryRow[] {
  let left = tokens;
  const end = rows.findIndex(({ content }, index) => (left -= textTokens(content)) < 0 && index > 0);
  if (end === -1 && rows.length < messagesAtOnce) return rows;
  const read = end === -1 ? rows : rows.slice(0, end);
  const whole = read.filter(({ exchange }) => exchange !== read.at(-1)?.exchange);
  return whole.length === 0 ? read : whole;
}

function usageRowOf(exchange: Exchange, { usage }: WrittenSummary) {
  const outcome = { text: "", toolCalls: [], usage: usageToOpenAi(usage), firstTokenMs: null };
  return { ...exchangeToUsageRow(exchange, outcome), operation: "chat.summarize-conversation" };
}
