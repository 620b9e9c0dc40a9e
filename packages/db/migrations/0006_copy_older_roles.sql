-- Fills the current tables from the older ones that 0004 set aside. Rows are read as JSON, because a
-- column that an older script never made reads as null that way.

do $$
begin
  if to_regclass('gaia_legacy.roles') is null and to_regclass('gaia_legacy.team_members') is null then
    return;
  end if;

  create function pg_temp.legacy_rows(table_name text) returns setof jsonb language plpgsql as $function$
  begin
    if to_regclass('gaia_legacy.' || table_name) is not null then
      return query execute format('select to_jsonb(stored) from gaia_legacy.%I stored', table_name);
    end if;
  end $function$;

  create function pg_temp.permission_list(permissions jsonb) returns text[] language sql as $function$
    select case jsonb_typeof(permissions)
      when 'array' then array(select jsonb_array_elements_text(permissions))
      when 'object' then array(select key from jsonb_each(permissions) where value = 'true')
      else '{}'::text[]
    end
  $function$;

  -- Accounts that only the identity provider knew get the row that the web interface would have made.
  insert into users (id, email)
  select distinct id::uuid, id || '@gaia.local'
  from (
    select row ->> 'created_by' as id from pg_temp.legacy_rows('teams') row
    union all select row ->> 'user_id' from pg_temp.legacy_rows('team_members') row
    union all select row ->> 'created_by' from pg_temp.legacy_rows('workspaces') row
    union all select row ->> 'user_id' from pg_temp.legacy_rows('workspace_members') row
    union all select row ->> 'user_id' from pg_temp.legacy_rows('user_roles') row
    union all select row ->> 'assigned_by' from pg_temp.legacy_rows('user_roles') row
    union all select row ->> 'granted_by' from pg_temp.legacy_rows('resource_permissions') row
  ) as mentioned
  where id is not null and not exists (select from users where users.id = mentioned.id::uuid);

  insert into teams (id, name, display_name, description, created_by, created_at, updated_at)
  select
    (row ->> 'id')::uuid,
    -- Names were longer once, and must stay unique.
    case
      when length(row ->> 'name') <= 100 then row ->> 'name'
      else left(row ->> 'name', 91) || '-' || left(row ->> 'id', 8)
    end,
    coalesce(row ->> 'display_name', row ->> 'name'),
    row ->> 'description',
    (row ->> 'created_by')::uuid,
    (row ->> 'created_at')::timestamp,
    (row ->> 'updated_at')::timestamp
  from pg_temp.legacy_rows('teams') row;

  insert into team_members (team_id, user_id, team_role, joined_at)
  select
    (row ->> 'team_id')::uuid,
    (row ->> 'user_id')::uuid,
    coalesce(row ->> 'role', row ->> 'team_role', 'member'),
    (row ->> 'joined_at')::timestamp
  from pg_temp.legacy_rows('team_members') row
  on conflict do nothing;

  insert into workspaces (id, name, display_name, description, status, metadata, created_at, created_by, archived_at)
  select
    (row ->> 'id')::uuid,
    -- Two workspaces could have one name; the oldest keeps it.
    case
      when length(row ->> 'name') <= 100 and row_number() over same_name = 1 then row ->> 'name'
      else left(row ->> 'name', 91) || '-' || left(row ->> 'id', 8)
    end,
    coalesce(row ->> 'display_name', row ->> 'name'),
    row ->> 'description',
    case when (row ->> 'archived')::boolean then 'archived' else 'active' end,
    -- Members have no role in the current tables, but what was said is not forgotten.
    jsonb_strip_nulls(jsonb_build_object('team_id', row -> 'team_id', 'member_roles', (
      select jsonb_object_agg(member ->> 'user_id', member -> 'role')
      from pg_temp.legacy_rows('workspace_members') member
      where member ->> 'workspace_id' = row ->> 'id'
    ))),
    (row ->> 'created_at')::timestamp,
    (row ->> 'created_by')::uuid,
    case when (row ->> 'archived')::boolean then (row ->> 'updated_at')::timestamp end
  from pg_temp.legacy_rows('workspaces') row
  window same_name as (partition by row ->> 'name' order by row ->> 'created_at', row ->> 'id');

  insert into workspace_members (workspace_id, user_id, joined_at)
  select
    (row ->> 'workspace_id')::uuid, (row ->> 'user_id')::uuid, (row ->> 'joined_at')::timestamp
  from pg_temp.legacy_rows('workspace_members') row
  on conflict do nothing;

  insert into roles (id, name, display_name, description, role_type, created_at, updated_at)
  select
    (row ->> 'id')::uuid,
    row ->> 'name',
    coalesce(row ->> 'display_name', row ->> 'name'),
    row ->> 'description',
    case when row ->> 'type' in ('system', 'team', 'workspace') then row ->> 'type' else 'custom' end,
    (row ->> 'created_at')::timestamp,
    (row ->> 'updated_at')::timestamp
  from pg_temp.legacy_rows('roles') row;

  insert into permissions (id, resource_type, resource_path, action, description, created_at)
  select
    (row ->> 'id')::uuid,
    row ->> 'resource_type',
    row ->> 'resource_path',
    row ->> 'action',
    row ->> 'description',
    (row ->> 'created_at')::timestamp
  from pg_temp.legacy_rows('permissions') row;

  insert into role_permissions (role_id, permission_id, granted_at)
  select
    (row ->> 'role_id')::uuid, (row ->> 'permission_id')::uuid, (row ->> 'granted_at')::timestamp
  from pg_temp.legacy_rows('role_permissions') row
  on conflict do nothing;

  -- Nothing kept the same assignment from being stored twice; it means the same once.
  insert into user_roles (user_id, role_id, context_type, context_id, assigned_at, assigned_by)
  select
    (row ->> 'user_id')::uuid,
    (row ->> 'role_id')::uuid,
    coalesce(row ->> 'context_type', 'global'),
    coalesce(row ->> 'context_id', 'global'),
    (row ->> 'assigned_at')::timestamp,
    (row ->> 'assigned_by')::uuid
  from pg_temp.legacy_rows('user_roles') row
  order by row ->> 'assigned_at'
  on conflict do nothing;

  insert into resource_permissions
    (id, resource_type, resource_id, principal_type, principal_id, permissions, granted_by, granted_at, expires_at)
  select
    (row ->> 'id')::uuid,
    row ->> 'resource_type',
    row ->> 'resource_id',
    row ->> 'principal_type',
    row ->> 'principal_id',
    pg_temp.permission_list(row -> 'permissions'),
    (row ->> 'granted_by')::uuid,
    (row ->> 'granted_at')::timestamp,
    (row ->> 'expires_at')::timestamp
  from pg_temp.legacy_rows('resource_permissions') row;

  drop function pg_temp.legacy_rows(text);
  drop function pg_temp.permission_list(jsonb);
end $$;

-- Shares stay where they are and are copied to where they are looked up now.
do $$
begin
  if to_regclass('resource_shares') is null then
    return;
  end if;

  insert into users (id, email)
  select distinct shared_by, shared_by || '@gaia.local' from resource_shares
  where shared_by is not null
    and not exists (select from users where users.id = resource_shares.shared_by);

  insert into shared_resources
    (id, resource_type, resource_id, shared_by, permissions, created_at, expires_at, metadata)
  select
    id, resource_type, resource_id, shared_by,
    array(select jsonb_array_elements_text(permissions)),
    created_at, expires_at,
    jsonb_build_object('shared_with_type', shared_with_type, 'shared_with_id', shared_with_id)
  from resource_shares
  where shared_by is not null
  on conflict do nothing;

  -- A direct grant that ends at another time is left alone: adding to it would prolong one of the two.
  insert into resource_permissions as direct
    (resource_type, resource_id, principal_type, principal_id, permissions, granted_by, granted_at, expires_at)
  select
    resource_type, resource_id, shared_with_type, shared_with_id::text,
    array(select jsonb_array_elements_text(permissions)),
    shared_by, created_at, expires_at
  from resource_shares
  on conflict (resource_type, resource_id, principal_type, principal_id) do update
    set permissions = array(
      select distinct unnest(direct.permissions || excluded.permissions) order by 1
    )
    where direct.expires_at is not distinct from excluded.expires_at;
end $$;
