import type { MessagesRequest } from "@gaia/contracts";
import type { CardFacts } from "../openai/card-facts.ts";
import { unsupported } from "../openai/refuse-unsupported.ts";
import { refuseDisorder } from "./unsupported/refuse-disorder.ts";
import { refuseUnknownFields } from "./unsupported/refuse-unknown-fields.ts";
import { messageRules } from "./unsupported/message-rules.ts";

/**
 * Refuses what a model that is not Anthropic's would lose or misunderstand, and what Anthropic itself would refuse. A
 * request that goes to Anthropic needs no check: there it is judged by those who know.
 */
export function refuseMessages(request: MessagesRequest, card: CardFacts): void {
  refuseUnknownFields(request);
  refuseDisorder(request);
  for (const { ability, what, find } of messageRules) {
    const isAble = ability !== undefined && (card.abilities === null || card.abilities.includes(ability));
    const param = isAble ? undefined : find(request, card);
    if (param !== undefined) throw unsupported(param, what, card);
  }
}
