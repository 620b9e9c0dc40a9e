import type { AccessRule as RuleOnTheWire, AccessStatement } from "@gaia/contracts";
import type { AccessFacts } from "./access-facts.ts";

export type RuleReference = RuleOnTheWire;

/** One kind of thing that somebody wants to do, at a moment: what rules are asked. */
export interface Question {
  readonly action: string;
  readonly type: string;
  readonly now: Date;
}

export type Statement = AccessStatement;

/** The statements of one kind of rule. Whether they allow or forbid depends on the list the rule stands in. */
export type AccessRule = (facts: AccessFacts, question: Question) => readonly Statement[];

/** What holds until a moment does not hold at that moment. */
export function isCurrent({ expiresAt }: { readonly expiresAt: Date | null }, { now }: Pick<Question, "now">): boolean {
  return expiresAt === null || expiresAt.getTime() > now.getTime();
}
