-- The Python system had two incompatible schemas for roles, teams and shares. Tables of the older
-- one move to a schema of their own, with their indexes and all rows; 0006 copies them.
do $$
declare
  moved text;
begin
  if exists (
    select from pg_attribute
    where not attisdropped and (attrelid, attname) in (
      (to_regclass('roles'), 'type'), (to_regclass('team_members'), 'role')
    )
  ) then
    create schema if not exists gaia_legacy;
    foreach moved in array array[
      'teams', 'team_members', 'workspaces', 'workspace_members', 'roles', 'permissions',
      'role_permissions', 'user_roles', 'resource_permissions'
    ] loop
      if to_regclass(moved) is not null then
        execute format('alter table %I set schema gaia_legacy', moved);
      end if;
    end loop;
  end if;
end $$;
