INSERT INTO users (id, email, name) VALUES
  ('11111111-1111-4111-8111-111111111111', 'ada@example.org', 'Ada'),
  ('22222222-2222-4222-8222-222222222222', 'ben@example.org', NULL);
INSERT INTO api_keys (id, user_id, key_hash, name, permissions, is_active, expires_at) VALUES
  ('11111111-0000-4000-8000-000000000001', '11111111-1111-4111-8111-111111111111', repeat('a', 64), 'headset', '{"kb_access": true}', true, '2031-05-06 07:08:09'),
  ('11111111-0000-4000-8000-000000000002', '22222222-2222-4222-8222-222222222222', repeat('b', 64), NULL, '[]', false, NULL);
INSERT INTO conversations (id, user_id, title, preview, is_active) VALUES
  ('33333333-0000-4000-8000-000000000001', '11111111-1111-4111-8111-111111111111', 'First', 'Hello', true),
  ('33333333-0000-4000-8000-000000000002', '22222222-2222-4222-8222-222222222222', 'Gone', NULL, false);
INSERT INTO chat_messages (id, user_id, conversation_id, role, content, model, provider, tokens_used) VALUES
  ('44444444-0000-4000-8000-000000000001', '11111111-1111-4111-8111-111111111111', '33333333-0000-4000-8000-000000000001', 'user', 'Hello', NULL, NULL, NULL),
  ('44444444-0000-4000-8000-000000000002', '11111111-1111-4111-8111-111111111111', '33333333-0000-4000-8000-000000000001', 'assistant', 'Hi!', 'claude-3-haiku-20240307', 'claude', 12);
INSERT INTO assets (id, source_id, category, title, file_url, storage_type) VALUES
  ('55555555-0000-4000-8000-000000000001', (SELECT max(id) FROM asset_sources WHERE source_name = 'meshy_ai'), 'prop', 'Chair', 'https://example.org/chair.glb', 'generated'),
  ('55555555-0000-4000-8000-000000000002', (SELECT min(id) FROM asset_sources WHERE source_name = 'meshy_ai'), 'image', 'Sky', 'https://example.org/sky.png', 'external');
INSERT INTO asset_generations (id, asset_id, generation_prompt, generation_service, generation_cost, generation_time_ms) VALUES
  ('66666666-0000-4000-8000-000000000001', '55555555-0000-4000-8000-000000000001', 'a chair', 'meshy_ai', 0.25, 9000);
INSERT INTO asset_modifications (id, base_asset_id, modified_asset_id, modifications, modification_service, modification_cost, modification_time_ms) VALUES
  ('66666666-0000-4000-8000-000000000002', '55555555-0000-4000-8000-000000000001', '55555555-0000-4000-8000-000000000002', '{red}', 'custom', 0, 1);
INSERT INTO asset_usage (id, asset_id, usage_type) VALUES
  ('66666666-0000-4000-8000-000000000003', '55555555-0000-4000-8000-000000000001', 'download');
