import type { AccessStatements } from "@gaia/contracts";
import type { AccessFacts } from "./access-facts.ts";
import { allowingRules, forbiddingRules } from "./rules/all-rules.ts";
import type { Question } from "./statement.ts";

/** What all rules say to one question, for whoever asks about many resources at once. */
export function collectStatements(facts: AccessFacts, question: Question): AccessStatements {
  return {
    allowing: allowingRules.flatMap((rule) => rule(facts, question)),
    forbidding: forbiddingRules.flatMap((rule) => rule(facts, question)),
  };
}
