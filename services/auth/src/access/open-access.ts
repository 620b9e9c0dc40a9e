import { forbidden, notFound } from "@gaia/contracts";
import { type AccessColumns, filterInSql } from "@gaia/db";
import type { Expression, SqlBool } from "kysely";
import type { AuthDeps } from "../deps.ts";
import type { AccessFacts } from "./access-facts.ts";
import { collectStatements } from "./collect-statements.ts";
import { isAnythingAllowed } from "./coverage.ts";
import { decide, type Decision } from "./decide.ts";
import { type Asker, loadFacts } from "./load-facts.ts";
import type { Resource } from "./selector.ts";

/** What one principal may do, asked several times in one request on facts of one moment. */
export interface Access {
  readonly facts: AccessFacts;
  /** The moment of the facts, which decides what has ended. */
  readonly now: Date;
  decide(action: string, resource: Resource): Decision;
  /** Throws `FORBIDDEN` unless it is allowed. */
  require(action: string, resource: Resource): void;
  /**
   * The same for something that has an id: `NOT_FOUND` for who may not even read it, so that ids of others tell
   * nothing; `FORBIDDEN` for who may see it and no more.
   */
  requireOn(named: { readonly kind: string; readonly id: string }, action: string, resource: Resource): void;
  /** Whether there may be anything of the type with which it is allowed. */
  reaches(question: { readonly action: string; readonly type: string }): boolean;
  /** For lists: true for exactly the rows that are allowed. */
  filter(question: { readonly action: string; readonly type: string }, columns: AccessColumns): Expression<SqlBool>;
}

/** `about` names the one resource of whose public shares the answers are to know. */
export async function openAccess(
  { kysely, now }: Pick<AuthDeps, "kysely" | "now">,
  asker: Asker,
  about: Resource | null = null,
): Promise<Access> {
  const facts = await loadFacts({ kysely, now }, asker, about);
  const moment = now();
  const ask = (action: string, resource: Resource): Decision => decide(facts, { action, resource }, moment);
  const require = (action: string, resource: Resource): void => {
    if (!ask(action, resource).allowed) throw forbidden(`${resource.type}:${action}`);
  };
  return {
    facts,
    now: moment,
    decide: ask,
    require,
    requireOn(named, action, resource) {
      if (ask(action, resource).allowed) return;
      if (!ask("read", resource).allowed) throw notFound(named.kind, named.id);
      throw forbidden(`${resource.type}:${action}`);
    },
    reaches: (question) => isAnythingAllowed(collectStatements(facts, { ...question, now: moment })),
    filter: (question, columns) => filterInSql(collectStatements(facts, { ...question, now: moment }), columns),
  };
}
