-- Three of the original's functions always raised, and its wildcards matched everything or nothing.
-- Result types and parameter names differ from the original's, so those are dropped first.
do $$
declare
  replaced regprocedure;
begin
  for replaced in
    select oid::regprocedure from pg_proc
    where pronamespace = 'public'::regnamespace and proname in (
      'check_user_permission', 'get_user_permissions', 'get_user_kb_paths', 'get_user_team_role',
      'get_team_hierarchy', 'cleanup_expired_permissions'
    )
  loop
    execute format('drop function %s', replaced);
  end loop;
end $$;

-- True when nothing in the path climbs up again: /kb/shared/../users is not below /kb/shared.
create or replace function permission_path_is_plain(requested_path text)
returns boolean language sql immutable parallel safe as $$
  select requested_path !~ '(^|/)\.\.?(/|$)'
$$;

-- No path and * stand for every resource of the type, /* at the end for anything below, and
-- {user_id} for the caller. Everything else is compared as it is.
create or replace function permission_path_matches(stored_path text, requested_path text, caller_id uuid)
returns boolean language sql immutable parallel safe as $$
  select case
    when stored_path is null or stored_path = '*' then true
    when requested_path is null then false
    when right(pattern, 2) = '/*' then
      starts_with(requested_path, left(pattern, -1))
      and length(requested_path) >= length(pattern)
      and permission_path_is_plain(requested_path)
    else requested_path = pattern
  end
  from (select replace(stored_path, '{user_id}', coalesce(caller_id::text, '')) as pattern) as resolved
$$;

-- A role given in a team, a workspace or on one resource says nothing about any other.
create or replace function role_context_applies(context_type text, context_id text, requested_path text)
returns boolean language sql immutable parallel safe as $$
  select case context_type
    when 'global' then true
    when 'team' then permission_path_matches('/kb/teams/' || context_id || '/*', requested_path, null)
    when 'workspace' then permission_path_matches('/kb/workspaces/' || context_id || '/*', requested_path, null)
    when 'resource' then permission_path_matches(context_id, requested_path, null)
    else false
  end
$$;

create or replace function has_expired(expires_at timestamp) returns boolean language sql stable as $$
  select expires_at is not null and expires_at <= now() at time zone 'UTC'
$$;

-- Everyone that a grant to this user can name: the user, teams, workspaces and roles.
create or replace function user_principals(p_user_id uuid)
returns table (principal_type text, principal_id text, source text) language sql stable as $$
  select 'user', p_user_id::text, 'direct'
  union all
  select 'team', team_id::text, 'team' from team_members where user_id = p_user_id
  union all
  select 'workspace', workspace_id::text, 'workspace' from workspace_members where user_id = p_user_id
  union all
  select 'role', named.id, 'role'
  from user_roles assigned
  join roles role on role.id = assigned.role_id and role.is_active is not false
  cross join lateral (values (role.id::text), (role.name::text)) as named (id)
  where assigned.user_id = p_user_id and assigned.context_type = 'global'
    and not has_expired(assigned.expires_at)
$$;

create or replace function check_user_permission(
  p_user_id uuid, p_resource_type varchar, p_resource_path varchar, p_action varchar
) returns boolean language plpgsql stable as $$
begin
  if p_user_id is null then
    return false;
  end if;

  if exists (
    select from user_permissions denied
    join permissions permission on permission.id = denied.permission_id
    where denied.user_id = p_user_id and denied.granted is false and not has_expired(denied.expires_at)
      and permission.resource_type = p_resource_type and permission.action = p_action
      and role_context_applies(denied.context_type, denied.context_id, p_resource_path)
      and permission_path_matches(permission.resource_path, p_resource_path, p_user_id)
  ) then
    return false;
  end if;

  return exists (
    select from user_roles assigned
    join roles role on role.id = assigned.role_id and role.is_active is not false
    left join role_permissions given on given.role_id = role.id
    left join permissions permission on permission.id = given.permission_id
    where assigned.user_id = p_user_id and not has_expired(assigned.expires_at)
      and role_context_applies(assigned.context_type, assigned.context_id, p_resource_path)
      and (
        role.name = 'super_admin'
        or permission.resource_type = p_resource_type and permission.action = p_action
          and permission_path_matches(permission.resource_path, p_resource_path, p_user_id)
      )
  ) or exists (
    select from user_permissions allowed
    join permissions permission on permission.id = allowed.permission_id
    where allowed.user_id = p_user_id and allowed.granted is true and not has_expired(allowed.expires_at)
      and permission.resource_type = p_resource_type and permission.action = p_action
      and role_context_applies(allowed.context_type, allowed.context_id, p_resource_path)
      and permission_path_matches(permission.resource_path, p_resource_path, p_user_id)
  ) or exists (
    select from resource_permissions shared
    join user_principals(p_user_id) principal
      on principal.principal_type = shared.principal_type and principal.principal_id = shared.principal_id
    where shared.resource_type = p_resource_type and p_action = any (shared.permissions)
      and not has_expired(shared.expires_at)
      and permission_path_matches(shared.resource_id, p_resource_path, p_user_id)
  ) or p_resource_type = 'kb'
    and permission_path_matches('/kb/users/{user_id}/*', p_resource_path, p_user_id);
end $$;

create or replace function get_user_permissions(p_user_id uuid)
returns table (resource_type text, resource_path text, action text, source text)
language sql stable as $$
  select distinct held.resource_type, replace(held.resource_path, '{user_id}', p_user_id::text), held.action, held.source
  from (
    select permission.resource_type::text, permission.resource_path::text, permission.action::text, 'role' as source
    from user_roles assigned
    join roles role on role.id = assigned.role_id and role.is_active is not false
    join role_permissions given on given.role_id = role.id
    join permissions permission on permission.id = given.permission_id
    where assigned.user_id = p_user_id and not has_expired(assigned.expires_at)
    union all
    select permission.resource_type, permission.resource_path, permission.action, 'direct'
    from user_permissions allowed
    join permissions permission on permission.id = allowed.permission_id
    where allowed.user_id = p_user_id and allowed.granted is true and not has_expired(allowed.expires_at)
    union all
    select shared.resource_type, shared.resource_id, unnest(shared.permissions), principal.source
    from resource_permissions shared
    join user_principals(p_user_id) principal
      on principal.principal_type = shared.principal_type and principal.principal_id = shared.principal_id
    where not has_expired(shared.expires_at)
    union all
    select 'kb', '/kb/users/' || p_user_id || '/*', own.action, 'owner'
    from (values ('read'), ('write'), ('delete'), ('share')) as own (action)
  ) as held
  where not exists (
    select from user_permissions denied
    join permissions permission on permission.id = denied.permission_id
    where denied.user_id = p_user_id and denied.granted is false and not has_expired(denied.expires_at)
      and denied.context_type = 'global'
      and permission.resource_type = held.resource_type and permission.action = held.action
      and permission_path_matches(permission.resource_path, held.resource_path, p_user_id)
  )
$$;

create or replace function get_user_kb_paths(p_user_id uuid)
returns table (path text, access_type text) language sql stable as $$
  select '/kb/users/' || p_user_id, 'owner'
  union
  select '/kb/shared', 'shared'
  union
  select '/kb/teams/' || team_id, 'team' from team_members where user_id = p_user_id
  union
  select '/kb/workspaces/' || workspace_id, 'workspace' from workspace_members where user_id = p_user_id
  union
  select shared.resource_id, principal.source
  from resource_permissions shared
  join user_principals(p_user_id) principal
    on principal.principal_type = shared.principal_type and principal.principal_id = shared.principal_id
  where shared.resource_type = 'kb' and not has_expired(shared.expires_at)
$$;

create or replace function get_user_team_role(p_user_id uuid, p_team_id uuid)
returns varchar language sql stable as $$
  select team_role from team_members where user_id = p_user_id and team_id = p_team_id
$$;

-- The team itself at level 0, then the teams below it. A loop in the data ends the walk.
create or replace function get_team_hierarchy(p_team_id uuid)
returns table (team_id uuid, level integer) language sql stable as $$
  with recursive hierarchy as (
    select id, 0 as level, array[id] as visited from teams where id = p_team_id
    union all
    select child.id, parent.level + 1, parent.visited || child.id
    from teams child join hierarchy parent on child.parent_team_id = parent.id
    where child.id <> all (parent.visited)
  )
  select id, hierarchy.level from hierarchy
$$;

create or replace function cleanup_expired_permissions() returns integer language sql as $$
  with expired_roles as (
    delete from user_roles where has_expired(expires_at) returning 1
  ), expired_permissions as (
    delete from user_permissions where has_expired(expires_at) returning 1
  ), expired_shares as (
    delete from resource_permissions where has_expired(expires_at) returning 1
  ), expired_workspaces as (
    update workspaces set status = 'expired'
    where status = 'active' and has_expired(expires_at) returning 1
  )
  select (
    (select count(*) from expired_roles) + (select count(*) from expired_permissions)
    + (select count(*) from expired_shares) + (select count(*) from expired_workspaces)
  )::integer
$$;
