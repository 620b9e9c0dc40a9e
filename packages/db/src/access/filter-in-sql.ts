import { type AccessStatement, type AccessStatements, type Selector, trickyPath } from "@gaia/contracts";
import { type Expression, sql, type SqlBool } from "kysely";

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

/** True for exactly the rows that the statements allow, as `auth.check-access` would decide about each. */
export function filterInSql(statements: AccessStatements, columns: AccessColumns): Expression<SqlBool> {
  // A null hides a row that is to be allowed, and so does no harm; a denial that is null would not forbid.
  const allowed = anyStatement(statements.allowing, { columns, holds: holdsOrNull });
  const forbidden = anyStatement(statements.forbidding, { columns, holds: holdsOrNot });
  const plain = columns.path === undefined ? sql<boolean>`true` : isPlain(columns.path);
  return sql<boolean>`(${plain} and ${allowed} and not ${forbidden})`;
}

interface Target {
  readonly columns: AccessColumns;
  readonly holds: (column: Column, test: (column: Expression<string | null>) => Test) => Test;
}

type Column = Expression<string | null> | undefined;
type Test = Expression<SqlBool>;

/** Bare comparisons, so that an index serves. */
function holdsOrNull(column: Column, test: (column: Expression<string | null>) => Test): Test {
  return column === undefined ? sql<boolean>`false` : test(column);
}

function holdsOrNot(column: Column, test: (column: Expression<string | null>) => Test): Test {
  return column === undefined ? sql<boolean>`false` : sql<boolean>`coalesce(${test(column)}, false)`;
}

function isPlain(path: Expression<string | null>): Test {
  return sql<boolean>`coalesce(${path} !~ ${trickyPath}, true)`;
}

function anyStatement(statements: readonly AccessStatement[], target: Target): Test {
  // One statement about everything is the whole answer, and usual for administrators.
  if (statements.some(({ where }) => where.length === 0)) return sql<boolean>`true`;
  return anyOf(statements.map(({ where }) => allOf(where.map((selector) => toSql(selector, target)))));
}

function toSql(selector: Selector, target: Target): Test {
  const { columns, holds } = target;
  switch (selector.kind) {
    case "named":
      return anyOf(
        [columns.path, columns.id].map((column) =>
          holds(column, (value) => sql<boolean>`${value}::text = ${selector.name}`),
        ),
      );
    case "below":
      return holds(columns.path, (path) => sql<boolean>`starts_with(${path}, ${selector.prefix})`);
    case "owned-by":
      return holds(columns.ownerId, isOneOf([selector.userId]));
    case "in-team":
      return holds(columns.teamId, isOneOf(selector.teamIds));
    case "in-workspace":
      return holds(columns.workspaceId, isOneOf(selector.workspaceIds));
    case "any":
      return anyOf(selector.of.map((each) => toSql(each, target)));
    case "none":
      return sql<boolean>`not ${anyOf(selector.of.map((each) => toSql(each, { columns, holds: holdsOrNot })))}`;
  }
}

// Compared in the column's own type, so that an index on it serves.
function isOneOf(ids: readonly string[]): (column: Expression<string | null>) => Test {
  return (value) => sql<boolean>`${value} in (${sql.join(ids)})`;
}

function anyOf(conditions: readonly Test[]): Test {
  return conditions.length === 0 ? sql<boolean>`false` : sql<boolean>`(${sql.join(conditions, sql` or `)})`;
}

function allOf(conditions: readonly Test[]): Test {
  return sql<boolean>`(${sql.join(conditions, sql` and `)})`;
}
