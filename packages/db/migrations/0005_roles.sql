-- Roles, teams, workspaces and shares.

create table if not exists roles (
  id uuid primary key default gen_random_uuid(),
  name varchar(100) not null unique,
  display_name varchar(255) not null,
  description text,
  role_type varchar(50) not null,
  is_active boolean default true,
  metadata jsonb default '{}',
  created_at timestamp default current_timestamp,
  updated_at timestamp default current_timestamp,
  constraint roles_role_type_check check (role_type in ('system', 'custom', 'team', 'workspace'))
);

create table if not exists permissions (
  id uuid primary key default gen_random_uuid(),
  resource_type varchar(100) not null,
  resource_path varchar(500),
  action varchar(50) not null,
  description text,
  created_at timestamp default current_timestamp
);

create table if not exists role_permissions (
  role_id uuid not null references roles (id) on delete cascade,
  permission_id uuid not null references permissions (id) on delete cascade,
  granted_at timestamp default current_timestamp,
  granted_by uuid references users (id),
  primary key (role_id, permission_id)
);

create table if not exists user_roles (
  user_id uuid not null references users (id) on delete cascade,
  role_id uuid not null references roles (id) on delete cascade,
  context_type varchar(50) not null,
  context_id varchar(500) not null,
  assigned_at timestamp default current_timestamp,
  assigned_by uuid references users (id),
  expires_at timestamp,
  primary key (user_id, role_id, context_type, context_id)
);

create table if not exists user_permissions (
  user_id uuid not null references users (id) on delete cascade,
  permission_id uuid not null references permissions (id) on delete cascade,
  granted boolean default true,
  context_type varchar(50) not null,
  context_id varchar(500) not null,
  granted_at timestamp default current_timestamp,
  granted_by uuid references users (id),
  expires_at timestamp,
  primary key (user_id, permission_id, context_type, context_id)
);

create table if not exists teams (
  id uuid primary key default gen_random_uuid(),
  name varchar(100) not null unique,
  display_name varchar(255) not null,
  description text,
  parent_team_id uuid references teams (id),
  metadata jsonb default '{}',
  is_active boolean default true,
  created_at timestamp default current_timestamp,
  created_by uuid references users (id),
  updated_at timestamp default current_timestamp
);

create table if not exists team_members (
  team_id uuid not null references teams (id) on delete cascade,
  user_id uuid not null references users (id) on delete cascade,
  team_role varchar(50) default 'member',
  joined_at timestamp default current_timestamp,
  invited_by uuid references users (id),
  primary key (team_id, user_id)
);

create table if not exists workspaces (
  id uuid primary key default gen_random_uuid(),
  name varchar(100) not null unique,
  display_name varchar(255) not null,
  description text,
  workspace_type varchar(50) default 'project',
  status varchar(50) default 'active',
  metadata jsonb default '{}',
  created_at timestamp default current_timestamp,
  created_by uuid references users (id),
  archived_at timestamp,
  expires_at timestamp
);

create table if not exists workspace_members (
  workspace_id uuid not null references workspaces (id) on delete cascade,
  user_id uuid not null references users (id) on delete cascade,
  joined_at timestamp default current_timestamp,
  invited_by uuid references users (id),
  primary key (workspace_id, user_id)
);

create table if not exists shared_resources (
  id uuid primary key default gen_random_uuid(),
  resource_type varchar(100) not null,
  resource_id varchar(500) not null,
  shared_by uuid not null references users (id),
  share_name varchar(255),
  share_message text,
  share_type varchar(50) default 'direct',
  permissions text[] not null,
  created_at timestamp default current_timestamp,
  expires_at timestamp,
  access_count integer default 0,
  metadata jsonb default '{}',
  is_active boolean default true
);

create table if not exists resource_permissions (
  id uuid primary key default gen_random_uuid(),
  resource_type varchar(100) not null,
  resource_id varchar(500) not null,
  principal_type varchar(50) not null,
  principal_id varchar(500) not null,
  permissions text[] not null,
  granted_by uuid references users (id),
  granted_at timestamp default current_timestamp,
  expires_at timestamp,
  metadata jsonb default '{}',
  unique (resource_type, resource_id, principal_type, principal_id)
);

create table if not exists permission_audit_log (
  id uuid primary key default gen_random_uuid(),
  event_type varchar(100) not null,
  actor_id uuid references users (id),
  target_user_id uuid references users (id),
  target_type varchar(50),
  target_id varchar(500),
  permission_details jsonb not null,
  event_timestamp timestamp default current_timestamp,
  ip_address inet,
  user_agent text
);

create index if not exists idx_permissions_lookup on permissions (resource_type, action);
create index if not exists idx_user_roles_context on user_roles (context_type, context_id);
create index if not exists idx_user_roles_user_expires on user_roles (user_id, expires_at);
create index if not exists idx_user_roles_user_id on user_roles (user_id);
create index if not exists idx_team_members_user on team_members (user_id);
create index if not exists idx_team_members_user_id on team_members (user_id);
create index if not exists idx_workspace_members_user on workspace_members (user_id);
create index if not exists idx_workspace_members_user_id on workspace_members (user_id);
create index if not exists idx_resource_permissions_lookup
  on resource_permissions (resource_type, resource_id, principal_type, principal_id);
create index if not exists idx_permission_audit_log_actor
  on permission_audit_log (actor_id, event_timestamp desc);
create index if not exists idx_permission_audit_log_target
  on permission_audit_log (target_user_id, event_timestamp desc);
