import type pg from "pg";

const detection = `
  select
    to_regclass('gaia_migrations') is not null as "isGaia",
    exists (select from columns where name = 'team_members.role')
      and not exists (select from columns where name = 'team_members.team_role')
      or exists (select from columns where name = 'roles.type') as "hasOlderRoles",
    exists (select from columns where name = 'roles.role_type') as "hasCurrentRoles",
    exists (select from columns where name = 'kb_documents.path') as "hasKnowledgeBase",
    exists (select from columns where name in ('users.id', 'api_keys.key_hash', 'conversations.id')) as "hasCore"
  from (select 1) as one`;

const columns = `
  with columns as (
    select relation.relname || '.' || attribute.attname as name
    from pg_attribute attribute join pg_class relation on relation.oid = attribute.attrelid
    where attribute.attnum > 0 and not attribute.attisdropped
      and relation.relkind = 'r' and relation.relnamespace = 'public'::regnamespace
  )`;

interface Found {
  readonly isGaia: boolean;
  readonly hasOlderRoles: boolean;
  readonly hasCurrentRoles: boolean;
  readonly hasKnowledgeBase: boolean;
  readonly hasCore: boolean;
}

/** Names the schema that the Python system left behind; undefined for an empty database or ours. */
export async function detectAdoptedSchema(client: pg.Client): Promise<string | undefined> {
  const { rows } = await client.query<Found>(`${columns} ${detection}`);
  const found = rows[0];
  if (!found || found.isGaia) return undefined;
  if (found.hasOlderRoles) return "python-older-roles";
  if (found.hasCurrentRoles) return "python-current-roles";
  if (found.hasCore) return "python-core";
  return found.hasKnowledgeBase ? "python-knowledge-base" : undefined;
}
