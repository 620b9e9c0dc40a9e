-- The knowledge base's index. Git holds the documents; these tables can be rebuilt from it.

create table if not exists kb_documents (
  path text primary key,
  document jsonb not null,
  version integer default 1,
  locked_by text,
  locked_until timestamp,
  created_at timestamp default current_timestamp,
  updated_at timestamp default current_timestamp,
  constraint path_not_empty check (length(path) > 0),
  constraint version_positive check (version > 0)
);

create table if not exists kb_search_index (
  path text not null,
  line_number integer not null,
  content_excerpt text,
  search_vector tsvector,
  keywords text[],
  created_at timestamp default current_timestamp,
  primary key (path, line_number)
);

create table if not exists kb_context_cache (
  context_name text primary key,
  file_paths text[] not null,
  total_size integer default 0,
  keywords text[],
  entities jsonb,
  last_accessed timestamp default current_timestamp,
  last_modified timestamp default current_timestamp,
  metadata jsonb default '{}',
  constraint context_name_not_empty check (length(context_name) > 0)
);

create table if not exists kb_document_history (
  id serial primary key,
  path text not null,
  version integer not null,
  document jsonb not null,
  change_type text not null,
  changed_by text,
  change_message text,
  created_at timestamp default current_timestamp,
  constraint change_type_valid check (change_type in ('create', 'update', 'delete', 'move')),
  constraint version_positive_history check (version > 0)
);

create table if not exists kb_permissions (
  id serial primary key,
  resource_path text not null,
  resource_type text not null default 'file',
  principal_id text not null,
  principal_type text not null default 'user',
  permissions text[] not null default array['read'],
  granted_by text,
  granted_at timestamp default current_timestamp,
  expires_at timestamp,
  unique (resource_path, principal_id, principal_type),
  constraint permissions_valid check (permissions <@ array['read', 'write', 'share', 'admin']),
  constraint principal_type_valid check (principal_type in ('user', 'team', 'public')),
  constraint resource_type_valid check (resource_type in ('file', 'directory', 'context'))
);

create table if not exists kb_activity_log (
  id serial primary key,
  action text not null,
  resource_path text,
  resource_type text default 'file',
  actor_id text,
  actor_type text default 'user',
  details jsonb default '{}',
  ip_address inet,
  user_agent text,
  created_at timestamp default current_timestamp,
  constraint action_valid check (
    action in ('create', 'read', 'update', 'delete', 'search', 'share', 'move')
  )
);

create index if not exists idx_kb_content_search on kb_documents using gin (to_tsvector('english', document ->> 'content'));
create index if not exists idx_kb_keywords on kb_documents using gin ((document -> 'keywords'));
create index if not exists idx_kb_locked on kb_documents (locked_by, locked_until) where locked_by is not null;
create index if not exists idx_kb_metadata on kb_documents using gin ((document -> 'metadata'));
create index if not exists idx_kb_path_pattern on kb_documents (path text_pattern_ops);
create index if not exists idx_kb_updated_at on kb_documents (updated_at desc);
create index if not exists idx_kb_version on kb_documents (version);
create index if not exists idx_kb_search_keywords on kb_search_index using gin (keywords);
create index if not exists idx_kb_search_vector on kb_search_index using gin (search_vector);
create index if not exists idx_kb_context_accessed on kb_context_cache (last_accessed desc);
create index if not exists idx_kb_context_keywords on kb_context_cache using gin (keywords);
create index if not exists idx_kb_history_created on kb_document_history (created_at desc);
create index if not exists idx_kb_history_path on kb_document_history (path, version desc);
create index if not exists idx_kb_history_user on kb_document_history (changed_by, created_at desc);
create index if not exists idx_kb_permissions_expires on kb_permissions (expires_at) where expires_at is not null;
create index if not exists idx_kb_permissions_principal on kb_permissions (principal_id, principal_type);
create index if not exists idx_kb_permissions_resource on kb_permissions (resource_path, resource_type);
create index if not exists idx_kb_activity_actor on kb_activity_log (actor_id, created_at desc);
create index if not exists idx_kb_activity_created on kb_activity_log (created_at desc);
create index if not exists idx_kb_activity_resource on kb_activity_log (resource_path, action);

-- The original's foreign keys made deleting and renaming a document impossible: history must outlive
-- its document, and the search index must follow it.
do $$
declare
  obsolete record;
begin
  for obsolete in
    select conrelid::regclass as table_name, conname
    from pg_constraint
    where contype = 'f' and confrelid = 'kb_documents'::regclass
      and conrelid in ('kb_document_history'::regclass, 'kb_search_index'::regclass)
  loop
    execute format('alter table %s drop constraint %I', obsolete.table_name, obsolete.conname);
  end loop;
end $$;
alter table kb_search_index add constraint kb_search_index_path_fkey
  foreign key (path) references kb_documents (path) on update cascade on delete cascade;

create or replace function update_kb_document_timestamp() returns trigger language plpgsql as $$
begin
  new.updated_at = current_timestamp;
  return new;
end $$;

create or replace function create_kb_document_history() returns trigger language plpgsql as $$
declare
  current_row kb_documents := case when tg_op = 'DELETE' then old else new end;
  change text := case
    when tg_op = 'INSERT' then 'create'
    when tg_op = 'DELETE' then 'delete'
    when new.path is distinct from old.path then 'move'
    else 'update'
  end;
begin
  insert into kb_document_history (path, version, document, change_type, changed_by, change_message)
  values (
    current_row.path,
    coalesce(current_row.version, 1),
    current_row.document,
    change,
    coalesce(
      current_row.document ->> 'changed_by',
      current_row.document ->> 'modified_by',
      current_row.document ->> 'created_by',
      'system'
    ),
    case
      when change = 'move' then 'Moved from ' || old.path
      when change = 'delete' then 'Document deleted'
      else coalesce(current_row.document ->> 'change_message', 'Document ' || change || 'd')
    end
  );
  return null;
end $$;

create or replace trigger trigger_kb_document_updated_at before update on kb_documents
  for each row execute function update_kb_document_timestamp();
create or replace trigger trigger_kb_document_history after insert or update or delete on kb_documents
  for each row execute function create_kb_document_history();
