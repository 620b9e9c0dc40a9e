import { isPlainPath } from "@gaia/contracts";
import type { AccessFacts } from "./access-facts.ts";
import { describeRule } from "./describe-rule.ts";
import { allowingRules, forbiddingRules } from "./rules/all-rules.ts";
import { isSelected, type Resource } from "./selector.ts";
import type { AccessRule, Question, RuleReference } from "./statement.ts";

export interface AccessRequest {
  readonly action: string;
  readonly resource: Resource;
}

export interface Decision {
  readonly allowed: boolean;
  /** `null` when no rule says anything, which is a refusal. */
  readonly rule: RuleReference | null;
  /** The rule in words, for people and the audit trail. */
  readonly because: string;
}

/**
 * The one decision: may the subject of the facts do this? Whatever forbids wins, and what nothing allows is refused.
 * The same facts give the same answer and name the same rule, in whatever order they come.
 */
export function decide(facts: AccessFacts, { action, resource }: AccessRequest, now: Date): Decision {
  if (resource.path !== undefined && !isPlainPath(resource.path)) return toDecision(false, { kind: "tricky-path" });
  const question = { action, type: resource.type, now };
  const forbidding = findRule(forbiddingRules, { facts, question, resource });
  if (forbidding !== null) return toDecision(false, forbidding);
  const allowing = findRule(allowingRules, { facts, question, resource });
  return toDecision(allowing !== null, allowing);
}

interface Asked {
  readonly facts: AccessFacts;
  readonly question: Question;
  readonly resource: Resource;
}

function findRule(rules: readonly AccessRule[], { facts, question, resource }: Asked): RuleReference | null {
  for (const rule of rules) {
    const matching = rule(facts, question).filter(({ where }) => where.every((each) => isSelected(resource, each)));
    const [first] = matching.map((statement) => statement.rule).sort(byText);
    if (first !== undefined) return first;
  }
  return null;
}

function byText(left: RuleReference, right: RuleReference): number {
  return JSON.stringify(left) < JSON.stringify(right) ? -1 : 1;
}

function toDecision(allowed: boolean, rule: RuleReference | null): Decision {
  return { allowed, rule, because: rule === null ? "no rule allows it" : describeRule(rule) };
}
