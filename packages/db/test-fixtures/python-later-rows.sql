INSERT INTO kb_documents (path, document) VALUES
  ('/kb/one.md', '{"content": "# One", "modified_by": "ada"}'),
  ('/kb/two.md', '{"content": "# Two"}');
INSERT INTO kb_search_index (path, line_number, content_excerpt) VALUES ('/kb/one.md', 1, '# One');
INSERT INTO kb_context_cache (context_name, file_paths) VALUES ('all', '{/kb/one.md}');
INSERT INTO kb_permissions (resource_path, principal_id) VALUES ('/kb/one.md', 'ben');
INSERT INTO user_roles (user_id, role_id, context_type, context_id)
  SELECT '11111111-1111-4111-8111-111111111111', id, 'global', 'global' FROM roles WHERE name = 'user';
INSERT INTO user_permissions (user_id, permission_id, context_type, context_id)
  SELECT '22222222-2222-4222-8222-222222222222', id, 'global', 'global' FROM permissions WHERE resource_path = '/kb/shared/*';
INSERT INTO teams (id, name, display_name, created_by) VALUES
  ('88888888-0000-4000-8000-000000000001', 'builders', 'Builders', '11111111-1111-4111-8111-111111111111');
INSERT INTO team_members (team_id, user_id, team_role) VALUES
  ('88888888-0000-4000-8000-000000000001', '11111111-1111-4111-8111-111111111111', 'owner');
INSERT INTO workspaces (id, name, display_name) VALUES ('88888888-0000-4000-8000-000000000002', 'demo', 'Demo');
INSERT INTO workspace_members (workspace_id, user_id) VALUES
  ('88888888-0000-4000-8000-000000000002', '22222222-2222-4222-8222-222222222222');
INSERT INTO shared_resources (resource_type, resource_id, shared_by, permissions) VALUES
  ('kb', '/kb/one.md', '11111111-1111-4111-8111-111111111111', '{read}');
INSERT INTO resource_permissions (resource_type, resource_id, principal_type, principal_id, permissions) VALUES
  ('kb', '/kb/one.md', 'user', '22222222-2222-4222-8222-222222222222', '{read}');
INSERT INTO permission_audit_log (event_type, permission_details) VALUES ('role_assigned', '{}');
INSERT INTO user_persona_preferences (user_id, persona_id) VALUES ('ada', '77777777-0000-4000-8000-000000000001');
