import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Database, migrate, openDatabase } from "@gaia/db";

interface Column {
  readonly table: string;
  readonly name: string;
  readonly type: string;
  readonly isNullable: boolean;
  readonly isGenerated: boolean;
  readonly isAlwaysGenerated: boolean;
}

/** Kysely's own type of this name does not look into a column type inside. */
const generatedType = `/** Filled by the database when it is left out. */
export type Generated<T> =
  T extends ColumnType<infer Selected, infer Inserted, infer Updated>
    ? ColumnType<Selected, Inserted | undefined, Updated>
    : ColumnType<T, T | undefined, T>;

/** Always filled by the database. */
export type GeneratedAlways<T> =
  T extends ColumnType<infer Selected, unknown, unknown>
    ? ColumnType<Selected, never, never>
    : ColumnType<T, never, never>;
`;

const valueTypes: Readonly<Record<string, string>> = {
  smallint: "number",
  integer: "number",
  real: "number",
  "double precision": "number",
  boolean: "boolean",
  json: "Json",
  jsonb: "Json",
  "timestamp without time zone": "Timestamp",
  "timestamp with time zone": "Timestamp",
  bytea: "Buffer",
};

const tablesFile = fileURLToPath(new URL("../packages/db/src/tables.gen.ts", import.meta.url));

/** The text of `tables.gen.ts` for the schema that the migrations make, in an embedded database of its own. */
export async function generateTables(): Promise<string> {
  const dataFolder = await mkdtemp(join(tmpdir(), "gaia-tables-"));
  const database = await openDatabase({ dataFolder });
  try {
    await migrate(database);
    return render(await readColumns(database));
  } finally {
    await database.close();
    await rm(dataFolder, { recursive: true, force: true });
  }
}

async function readColumns({ pool }: Database): Promise<Column[]> {
  const { rows } = await pool.query<Column>(`
    select
      case when nspname = 'public' then relname::text else nspname || '.' || relname end as "table",
      attribute.attname as name,
      format_type(attribute.atttypid, null) as type,
      not attribute.attnotnull as "isNullable",
      attribute.atthasdef or attribute.attidentity <> '' as "isGenerated",
      attribute.attidentity = 'a' or attribute.attgenerated <> '' as "isAlwaysGenerated"
    from pg_attribute attribute
    join pg_class relation on relation.oid = attribute.attrelid
    join pg_namespace on pg_namespace.oid = relation.relnamespace
    where nspname in ('public', 'auth') and relation.relkind = 'r'
      and relation.relname <> 'gaia_migrations'
      and attribute.attnum > 0 and not attribute.attisdropped
    order by nspname desc, relation.relname, attribute.attnum`);
  return rows;
}

function render(columns: readonly Column[]): string {
  const byTable = Map.groupBy(columns, (column) => column.table);
  const interfaces = [...byTable].map(
    ([table, own]) => `export interface ${interfaceName(table)} {\n${own.map(renderColumn).join("")}}\n`,
  );
  const members = [...byTable.keys()].map((table) => `  ${memberName(table)}: ${interfaceName(table)};\n`);
  return [
    `// Made by scripts/gen-tables.ts from the migrations; \`npm run gen\` makes it again.\n`,
    `import type { ColumnType } from "kysely";\n`,
    `/** Written as JSON text: the driver would take an array for a PostgreSQL array. */\nexport type Json = ColumnType<unknown, string, string>;\n`,
    `export type Timestamp = ColumnType<Date, Date | string, Date | string>;\n`,
    generatedType,
    ...interfaces,
    `export interface Tables {\n${members.join("")}}\n`,
  ].join("\n");
}

function renderColumn(column: Column): string {
  const value = column.isNullable ? `${valueType(column.type)} | null` : valueType(column.type);
  return `  ${column.name}: ${wrap(column, value)};\n`;
}

function wrap(column: Column, value: string): string {
  if (column.isAlwaysGenerated) return `GeneratedAlways<${value}>`;
  return column.isGenerated ? `Generated<${value}>` : value;
}

function valueType(type: string): string {
  if (type.endsWith("[]")) return `${valueType(type.slice(0, -2))}[]`;
  // Numbers that JavaScript cannot hold exactly (bigint, numeric) are text, and so are days.
  return valueTypes[type] ?? "string";
}

function memberName(table: string): string {
  return table.includes(".") ? `"${table}"` : table;
}

function interfaceName(table: string): string {
  return `${table.replace(/(?:^|[_.])([a-z])/g, (_match, letter: string) => letter.toUpperCase())}Table`;
}

if (import.meta.main) await writeFile(tablesFile, await generateTables());
