-- Personas belong to who made them. What was there before was everybody's, and stays open to everybody.

alter table personas
  add column settings jsonb not null default '{}',
  add column visibility text not null default 'private'
    constraint personas_visibility_check check (visibility in ('private', 'public')),
  add column is_default boolean not null default false;
update personas set visibility = 'public';
update personas set is_default = true where name = 'Mu' and is_active is not false;

-- A name is taken as long as its owner has such a persona; what is private tells nobody that it exists. Where the owner
-- is gone, nobody can be in doubt about whom they mean.
alter table personas drop constraint personas_name_key;
create unique index idx_personas_owner_name on personas (created_by, name) where is_active is not false;
create unique index idx_personas_default on personas (is_default) where is_default and is_active is not false;

with seed (action, description) as (values
  ('read', 'Read any persona'),
  ('write', 'Change any persona'),
  ('delete', 'Delete any persona'),
  ('share', 'Share any persona'),
  ('admin', 'Manage any persona')
), added as (
  insert into permissions (resource_type, resource_path, action, description)
  select 'persona', '*', seed.action, seed.description from seed
  where not exists (
    select from permissions known
    where known.resource_type = 'persona' and known.resource_path = '*' and known.action = seed.action
  )
  returning id
)
insert into role_permissions (role_id, permission_id)
select roles.id, added.id from added cross join roles
where roles.name in ('super_admin', 'admin')
on conflict do nothing;
