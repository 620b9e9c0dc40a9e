INSERT INTO teams (id, name, created_by) VALUES
  ('88888888-0000-4000-8000-000000000001', 'builders', '11111111-1111-4111-8111-111111111111'),
  ('88888888-0000-4000-8000-000000000003', repeat('long ', 40), NULL);
INSERT INTO team_members (team_id, user_id, role) VALUES
  ('88888888-0000-4000-8000-000000000001', '11111111-1111-4111-8111-111111111111', 'owner'),
  ('88888888-0000-4000-8000-000000000001', '22222222-2222-4222-8222-222222222222', 'member');
INSERT INTO workspaces (id, name, team_id, archived, created_at, updated_at) VALUES
  ('88888888-0000-4000-8000-000000000004', 'demo', '88888888-0000-4000-8000-000000000001', false, '2025-01-01', '2025-01-02'),
  ('88888888-0000-4000-8000-000000000005', 'demo', NULL, true, '2025-02-01', '2025-03-01');
INSERT INTO workspace_members (workspace_id, user_id, role) VALUES
  ('88888888-0000-4000-8000-000000000004', '22222222-2222-4222-8222-222222222222', 'admin');
INSERT INTO roles (id, name, type) VALUES ('99999999-0000-4000-8000-000000000001', 'painter', 'custom');
INSERT INTO permissions (id, resource_type, resource_path, action) VALUES
  ('99999999-0000-4000-8000-000000000002', 'kb', '/kb/art/*', 'write');
INSERT INTO role_permissions (role_id, permission_id) VALUES
  ('99999999-0000-4000-8000-000000000001', '99999999-0000-4000-8000-000000000002');
INSERT INTO user_roles (user_id, role_id, context_type, context_id) VALUES
  ('11111111-1111-4111-8111-111111111111', '99999999-0000-4000-8000-000000000001', 'global', NULL),
  ('11111111-1111-4111-8111-111111111111', '99999999-0000-4000-8000-000000000001', 'global', NULL),
  ('22222222-2222-4222-8222-222222222222', '99999999-0000-4000-8000-000000000001', 'team', '88888888-0000-4000-8000-000000000001');
INSERT INTO resource_permissions (id, resource_type, resource_id, principal_type, principal_id, permissions, expires_at) VALUES
  ('99999999-0000-4000-8000-000000000003', 'kb', '/kb/one.md', 'user', '22222222-2222-4222-8222-222222222222', '["read"]', NULL);
INSERT INTO resource_shares (id, resource_type, resource_id, shared_by, shared_with_type, shared_with_id, permissions, expires_at) VALUES
  ('99999999-0000-4000-8000-000000000004', 'kb', '/kb/one.md', '11111111-1111-4111-8111-111111111111', 'user', '22222222-2222-4222-8222-222222222222', '["write"]', NULL),
  ('99999999-0000-4000-8000-000000000005', 'kb', '/kb/two.md', '11111111-1111-4111-8111-111111111111', 'team', '88888888-0000-4000-8000-000000000001', '["read", "write"]', '2031-01-01');
