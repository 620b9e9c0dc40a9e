import { type Expression, sql, type SqlBool } from "kysely";
import type { AccessFacts } from "./access-facts.ts";
import { trickyPath } from "./path-pattern.ts";
import { allowingRules, forbiddingRules } from "./rules/all-rules.ts";
import type { Selector } from "./selector.ts";
import type { AccessRule, Question, Statement } from "./statement.ts";

/**
 * Where a row says what it is. A column that is left out, and a null in one that is not, mean that the row says nothing
 * there. `path` is the path with its type's prefix (`/kb/…`) and without trailing slash; `id` may be of any type that
 * can be text.
 */
export interface AccessColumns {
  readonly path?: Expression<string | null>;
  readonly id?: Expression<string | null>;
  readonly teamId?: Expression<string | null>;
  readonly workspaceId?: Expression<string | null>;
  readonly ownerId?: Expression<string | null>;
}

/** True for exactly the rows that `decide` would allow: the same rules, asked once for a whole list. */
export function filterInSql(facts: AccessFacts, question: Question, columns: AccessColumns): Expression<SqlBool> {
  const allowed = anyStatement(collect(allowingRules, { facts, question }), columns);
  const forbidden = anyStatement(collect(forbiddingRules, { facts, question }), columns);
  const plain = columns.path === undefined ? sql<boolean>`true` : isPlain(columns.path);
  return sql<boolean>`(${plain} and ${allowed} and not ${forbidden})`;
}

function collect(
  rules: readonly AccessRule[],
  { facts, question }: { readonly facts: AccessFacts; readonly question: Question },
): Statement[] {
  return rules.flatMap((rule) => rule(facts, question));
}

function isPlain(path: Expression<string | null>): Expression<SqlBool> {
  return sql<boolean>`coalesce(${path} !~ ${trickyPath}, true)`;
}

function anyStatement(statements: readonly Statement[], columns: AccessColumns): Expression<SqlBool> {
  // One statement about everything is the whole answer, and usual for administrators.
  if (statements.some(({ where }) => where.length === 0)) return sql<boolean>`true`;
  return anyOf(statements.map(({ where }) => allOf(where.map((selector) => toSql(selector, columns)))));
}

function toSql(selector: Selector, columns: AccessColumns): Expression<SqlBool> {
  switch (selector.kind) {
    case "named":
      return anyOf([isText(columns.path, selector.name), isText(columns.id, selector.name)]);
    case "below":
      return holds(columns.path, (path) => sql`starts_with(${path}, ${selector.prefix})`);
    case "owned-by":
      return isOneOf(columns.ownerId, [selector.userId]);
    case "in-team":
      return isOneOf(columns.teamId, selector.teamIds);
    case "in-workspace":
      return isOneOf(columns.workspaceId, selector.workspaceIds);
    case "any":
      return anyOf(selector.of.map((each) => toSql(each, columns)));
    case "none":
      return sql<boolean>`not ${anyOf(selector.of.map((each) => toSql(each, columns)))}`;
  }
}

type Column = Expression<string | null> | undefined;

function isText(column: Column, text: string): Expression<SqlBool> {
  return holds(column, (value) => sql`${value}::text = ${text}`);
}

// Compared in the column's own type, so that an index on it serves.
function isOneOf(column: Column, ids: readonly string[]): Expression<SqlBool> {
  return holds(column, (value) => sql`${value} in (${sql.join(ids)})`);
}

/** False, and not null, where the row says nothing: a denial that is null would not forbid but hide. */
function holds(column: Column, test: (column: Expression<string | null>) => Expression<unknown>): Expression<SqlBool> {
  return column === undefined ? sql<boolean>`false` : sql<boolean>`coalesce(${test(column)}, false)`;
}

function anyOf(conditions: readonly Expression<SqlBool>[]): Expression<SqlBool> {
  return conditions.length === 0 ? sql<boolean>`false` : sql<boolean>`(${sql.join(conditions, sql` or `)})`;
}

function allOf(conditions: readonly Expression<SqlBool>[]): Expression<SqlBool> {
  return sql<boolean>`(${sql.join(conditions, sql` and `)})`;
}
