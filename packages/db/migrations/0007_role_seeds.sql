-- The roles and permissions that every installation starts with.

insert into roles (name, display_name, description, role_type) values
  ('super_admin', 'Super Administrator', 'Everything, on every resource', 'system'),
  ('admin', 'Administrator', 'Everything but the system itself', 'system'),
  ('developer', 'Developer', 'Builds with the APIs and edits the knowledge base', 'system'),
  ('analyst', 'Analyst', 'Reads usage and reports', 'system'),
  ('user', 'User', 'Chats, makes assets and keeps a private knowledge base', 'system'),
  ('viewer', 'Viewer', 'Reads what is shared', 'system'),
  ('guest', 'Guest', 'Tries the platform without an account', 'system'),
  ('kb_admin', 'Knowledge Base Administrator', 'Manages the knowledge base and its shares', 'system'),
  ('kb_editor', 'Knowledge Base Editor', 'Edits and shares documents', 'system'),
  ('kb_contributor', 'Knowledge Base Contributor', 'Adds documents', 'system'),
  ('kb_viewer', 'Knowledge Base Viewer', 'Reads documents', 'system')
on conflict (name) do nothing;

insert into permissions (resource_type, resource_path, action, description)
select seed.* from (values
  ('kb', '/kb/*', 'read', 'Read any document'),
  ('kb', '/kb/*', 'write', 'Write any document'),
  ('kb', '/kb/*', 'delete', 'Delete any document'),
  ('kb', '/kb/*', 'share', 'Share any document'),
  ('kb', '/kb/*', 'admin', 'Manage the knowledge base'),
  ('kb', '/kb/users/{user_id}/*', 'read', 'Read own documents'),
  ('kb', '/kb/users/{user_id}/*', 'write', 'Write own documents'),
  ('kb', '/kb/shared/*', 'read', 'Read shared documents'),
  ('api', '/api/v1/chat/*', 'access', 'Use chat'),
  ('api', '/api/v1/assets/*', 'access', 'Use assets'),
  ('api', '/api/v1/auth/*', 'access', 'Manage the own account'),
  ('api', '/api/v1/admin/*', 'access', 'Use administration'),
  ('chat', '*', 'create', 'Start conversations'),
  ('chat', '*', 'read', 'Read conversations'),
  ('chat', '*', 'delete', 'Delete conversations'),
  ('asset', '*', 'create', 'Make assets'),
  ('asset', '*', 'read', 'Read assets'),
  ('asset', '*', 'delete', 'Delete assets'),
  ('admin', '*', 'users', 'Manage users'),
  ('admin', '*', 'roles', 'Manage roles'),
  ('admin', '*', 'permissions', 'Manage permissions'),
  ('admin', '*', 'system', 'Manage the system')
) as seed (resource_type, resource_path, action, description)
where not exists (
  select from permissions known
  where known.resource_type = seed.resource_type
    and known.resource_path = seed.resource_path
    and known.action = seed.action
);

-- Only for roles without any grant: what an operator took away stays away.
insert into role_permissions (role_id, permission_id)
select role.id, permission.id
from roles role
cross join permissions permission
where not exists (select from role_permissions granted where granted.role_id = role.id)
  and case role.name
    when 'super_admin' then true
    when 'admin' then (permission.resource_type, permission.action) <> ('admin', 'system')
    when 'developer' then permission.resource_type = 'api'
      or permission.resource_type in ('chat', 'asset') and permission.action in ('create', 'read')
      or permission.resource_type = 'kb' and permission.action in ('read', 'write')
    when 'user' then permission.resource_type = 'api'
      or permission.resource_type in ('chat', 'asset') and permission.action in ('create', 'read')
      or permission.resource_path = '/kb/users/{user_id}/*'
      or permission.resource_path = '/kb/shared/*'
    else false
  end
on conflict do nothing;

-- The original gave every user the administration.
delete from role_permissions
using roles, permissions
where role_permissions.role_id = roles.id and roles.name = 'user'
  and role_permissions.permission_id = permissions.id
  and permissions.resource_type = 'api' and permissions.resource_path = '/api/v1/admin/*';
