import type { auth } from "@gaia/contracts";
import type { AccessFacts } from "./access-facts.ts";
import type { Selector } from "./selector.ts";

export type RuleReference = auth.AccessRule;

/** One kind of thing that somebody wants to do, at a moment: what rules are asked. */
export interface Question {
  readonly action: string;
  readonly type: string;
  readonly now: Date;
}

/** What one rule says about the resources that all its selectors select. */
export interface Statement {
  readonly rule: RuleReference;
  /** None selects every resource of the type that was asked about. */
  readonly where: readonly Selector[];
}

/** The statements of one kind of rule. Whether they allow or forbid depends on the list the rule stands in. */
export type AccessRule = (facts: AccessFacts, question: Question) => readonly Statement[];

/** What holds until a moment does not hold at that moment. */
export function isCurrent({ expiresAt }: { readonly expiresAt: Date | null }, { now }: Pick<Question, "now">): boolean {
  return expiresAt === null || expiresAt.getTime() > now.getTime();
}
