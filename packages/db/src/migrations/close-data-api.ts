import type pg from "pg";

/** Every table of Gaia's in schema `public`. Others there, of a project that shares the database, are not touched. */
const ownTables = [
  "api_keys",
  "asset_generations",
  "asset_modifications",
  "asset_sources",
  "asset_usage",
  "assets",
  "chat_messages",
  "chat_stream_events",
  "chat_streams",
  "conversation_summaries",
  "conversations",
  "ended_sessions",
  "event_outbox",
  "gaia_migrations",
  "invitations",
  "kb_activity_log",
  "kb_context_cache",
  "kb_document_history",
  "kb_documents",
  "kb_permissions",
  "kb_search_index",
  "permission_audit_log",
  "permissions",
  "personas",
  "platform_secrets",
  "project_accounts",
  "resource_permissions",
  "role_permissions",
  "roles",
  "shared_resources",
  "team_members",
  "teams",
  "usage_records",
  "user_permissions",
  "user_persona_preferences",
  "user_roles",
  "users",
  "workspace_members",
  "workspaces",
] as const;

/**
 * Supabase serves what the roles `anon` and `authenticated` may reach in schema `public` to everybody who has the
 * project's public key, and gives them all new tables by default. Where these roles exist, Gaia's tables are taken from
 * them and get row level security; a table that has it already keeps the operator's policies and grants. Source:
 * Supabase's "Hardening the Data API".
 */
export async function closeDataApi(client: Pick<pg.Client, "query">): Promise<void> {
  const { rows: roles } = await client.query<{ name: string }>(
    "select quote_ident(rolname) as name from pg_roles where rolname in ('anon', 'authenticated')",
  );
  if (roles.length === 0) return;
  const { rows: tables } = await client.query<{ name: string }>(
    `select format('%I.%I', 'public', relname) as name from pg_class
     where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and relname = any($1)
       and not relrowsecurity and pg_has_role(current_user, relowner, 'usage')`,
    [ownTables],
  );
  const names = roles.map(({ name }) => name).join(", ");
  for (const { name } of tables) {
    await client.query(`revoke all on ${name} from ${names}`);
    await client.query(`alter table ${name} enable row level security`);
  }
}
