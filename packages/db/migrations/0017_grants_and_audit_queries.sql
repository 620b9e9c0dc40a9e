-- What the routes for grants and for the audit trail ask, beside the original's columns and indexes.

-- A grant to a user is named as one to a team is; the original names it by its four parts only.
alter table user_permissions add column if not exists id uuid not null default gen_random_uuid();
create unique index if not exists idx_user_permissions_id on user_permissions (id);

create index if not exists idx_permission_audit_log_team
  on permission_audit_log (team_id, sequence) where team_id is not null;
create index if not exists idx_permission_audit_log_workspace
  on permission_audit_log (workspace_id, sequence) where workspace_id is not null;
create index if not exists idx_permission_audit_log_thing on permission_audit_log (target_type, target_id, sequence);
create index if not exists idx_permission_audit_log_request on permission_audit_log (request_id)
  where request_id is not null;
