import type { Database } from "../src/index.ts";

/** Every object of schema `public` that carries meaning, one line each, in an order that does not matter. */
export async function describeSchema({ pool }: Pick<Database, "pool">): Promise<string[]> {
  const { rows } = await pool.query<{ line: string }>(`
    with tables as (
      select oid, relname from pg_class
      where relnamespace = 'public'::regnamespace and relkind = 'r' and relname <> 'gaia_migrations'
    )
    select format(
      'column %s.%s %s%s%s%s', relname, attname, format_type(atttypid, atttypmod),
      case when attnotnull then ' not null' else '' end,
      coalesce(' default ' || pg_get_expr(adbin, adrelid), ''),
      case when attidentity <> '' then ' identity ' || attidentity::text else '' end
    ) as line
    from pg_attribute join tables on tables.oid = attrelid
    left join pg_attrdef on adrelid = attrelid and adnum = attnum
    where attnum > 0 and not attisdropped
    union all
    -- Since version 18 PostgreSQL lists "not null" here as well; the columns above say it already.
    select format('constraint %s.%s %s', relname, conname, pg_get_constraintdef(pg_constraint.oid))
    from pg_constraint join tables on tables.oid = conrelid where contype <> 'n'
    union all
    select format('index %s', indexdef) from pg_indexes where schemaname = 'public' and tablename <> 'gaia_migrations'
    union all
    select pg_get_triggerdef(pg_trigger.oid) from pg_trigger join tables on tables.oid = tgrelid where not tgisinternal
    union all
    select format('function %s returns %s: %s', oid::regprocedure, pg_get_function_result(oid), md5(prosrc))
    from pg_proc
    where pronamespace = 'public'::regnamespace
      and not exists (select from pg_depend where objid = pg_proc.oid and deptype = 'e')
    order by 1`);
  return rows.map((row) => row.line);
}
