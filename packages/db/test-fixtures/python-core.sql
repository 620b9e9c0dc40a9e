-- What the Python system's start script makes. It is run as a whole, and was run again by hand.

CREATE TABLE IF NOT EXISTS users (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  email VARCHAR(255) UNIQUE NOT NULL,
  name VARCHAR(255),
  created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
  updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP
);
CREATE TABLE IF NOT EXISTS api_keys (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id UUID NOT NULL REFERENCES users(id) ON DELETE CASCADE,
  key_hash VARCHAR(64) NOT NULL UNIQUE,
  name VARCHAR(255),
  permissions JSONB DEFAULT '{}',
  is_active BOOLEAN DEFAULT true,
  expires_at TIMESTAMP,
  last_used_at TIMESTAMP,
  created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
  updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP
);
CREATE TABLE IF NOT EXISTS conversations (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id UUID NOT NULL REFERENCES users(id) ON DELETE CASCADE,
  title VARCHAR(255) NOT NULL DEFAULT 'New Conversation',
  preview TEXT,
  is_active BOOLEAN DEFAULT true,
  created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
  updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP
);
CREATE TABLE IF NOT EXISTS chat_messages (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id UUID NOT NULL REFERENCES users(id),
  conversation_id UUID NOT NULL REFERENCES conversations(id) ON DELETE CASCADE,
  role VARCHAR(50) NOT NULL,
  content TEXT NOT NULL,
  model VARCHAR(100),
  provider VARCHAR(50),
  tokens_used INTEGER,
  created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP
);
CREATE TABLE IF NOT EXISTS asset_sources (
  id SERIAL PRIMARY KEY,
  source_type VARCHAR(50) NOT NULL,
  source_name VARCHAR(100) NOT NULL,
  api_endpoint VARCHAR(255),
  is_active BOOLEAN DEFAULT true,
  rate_limit_per_minute INTEGER,
  requires_attribution BOOLEAN DEFAULT false,
  cost_per_request DECIMAL(10, 6) DEFAULT 0.0,
  created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
  updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP
);
CREATE TABLE IF NOT EXISTS assets (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  source_id INTEGER REFERENCES asset_sources(id),
  external_id VARCHAR(255),
  category VARCHAR(50) NOT NULL,
  title VARCHAR(255) NOT NULL,
  description TEXT,
  style_tags TEXT[],
  file_url TEXT NOT NULL,
  storage_type VARCHAR(20) NOT NULL,
  file_size_mb FLOAT,
  file_format VARCHAR(10),
  preview_image_url TEXT,
  quality_score FLOAT DEFAULT 0.0 CHECK (quality_score >= 0.0 AND quality_score <= 1.0),
  download_count INTEGER DEFAULT 0,
  license_type VARCHAR(50),
  attribution_required BOOLEAN DEFAULT false,
  metadata JSONB DEFAULT '{}',
  created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
  updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT valid_category CHECK (category IN ('environment', 'character', 'prop', 'audio', 'texture', 'animation', 'image')),
  CONSTRAINT valid_license CHECK (license_type IN ('creative_commons', 'public_domain', 'custom', 'commercial', 'proprietary')),
  CONSTRAINT valid_storage_type CHECK (storage_type IN ('supabase', 'external', 'generated'))
);
CREATE TABLE IF NOT EXISTS asset_generations (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  asset_id UUID REFERENCES assets(id) ON DELETE CASCADE,
  generation_prompt TEXT NOT NULL,
  generation_service VARCHAR(50) NOT NULL,
  generation_cost DECIMAL(10, 4) NOT NULL,
  generation_time_ms INTEGER NOT NULL,
  session_id VARCHAR(255),
  user_id VARCHAR(255),
  generation_metadata JSONB DEFAULT '{}',
  created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP
);
CREATE TABLE IF NOT EXISTS asset_modifications (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  base_asset_id UUID REFERENCES assets(id) ON DELETE CASCADE,
  modified_asset_id UUID REFERENCES assets(id) ON DELETE CASCADE,
  modifications TEXT[] NOT NULL,
  modification_service VARCHAR(50) NOT NULL,
  modification_cost DECIMAL(10, 4) NOT NULL,
  modification_time_ms INTEGER NOT NULL,
  session_id VARCHAR(255),
  user_id VARCHAR(255),
  modification_metadata JSONB DEFAULT '{}',
  created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP
);
CREATE TABLE IF NOT EXISTS asset_usage (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  asset_id UUID REFERENCES assets(id) ON DELETE CASCADE,
  user_id VARCHAR(255),
  session_id VARCHAR(255),
  usage_type VARCHAR(50) NOT NULL,
  cost_incurred DECIMAL(10, 4) DEFAULT 0.0,
  metadata JSONB DEFAULT '{}',
  created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP
);

CREATE INDEX IF NOT EXISTS idx_api_keys_key_hash ON api_keys(key_hash);
CREATE INDEX IF NOT EXISTS idx_api_keys_user_id ON api_keys(user_id);
CREATE INDEX IF NOT EXISTS idx_api_keys_is_active ON api_keys(is_active);
CREATE INDEX IF NOT EXISTS idx_conversations_user_id ON conversations(user_id);
CREATE INDEX IF NOT EXISTS idx_conversations_created_at ON conversations(created_at);
CREATE INDEX IF NOT EXISTS idx_conversations_is_active ON conversations(is_active);
CREATE INDEX IF NOT EXISTS idx_chat_messages_conversation_id ON chat_messages(conversation_id);
CREATE INDEX IF NOT EXISTS idx_chat_messages_user_id ON chat_messages(user_id);
CREATE INDEX IF NOT EXISTS idx_chat_messages_created_at ON chat_messages(created_at);
CREATE INDEX IF NOT EXISTS idx_assets_category ON assets(category);
CREATE INDEX IF NOT EXISTS idx_assets_category_created ON assets(category, created_at DESC);
CREATE INDEX IF NOT EXISTS idx_assets_category_quality ON assets(category, quality_score DESC);
CREATE INDEX IF NOT EXISTS idx_assets_created_at ON assets(created_at DESC);
CREATE INDEX IF NOT EXISTS idx_assets_description_fts ON assets USING gin(to_tsvector('english', description));
CREATE INDEX IF NOT EXISTS idx_assets_download_count ON assets(download_count DESC);
CREATE INDEX IF NOT EXISTS idx_assets_license ON assets(license_type);
CREATE INDEX IF NOT EXISTS idx_assets_quality ON assets(quality_score DESC);
CREATE INDEX IF NOT EXISTS idx_assets_source_id ON assets(source_id);
CREATE INDEX IF NOT EXISTS idx_assets_storage_type ON assets(storage_type);
CREATE INDEX IF NOT EXISTS idx_assets_style_tags ON assets USING gin(style_tags);
CREATE INDEX IF NOT EXISTS idx_assets_title_fts ON assets USING gin(to_tsvector('english', title));
CREATE INDEX IF NOT EXISTS idx_asset_generations_asset_id ON asset_generations(asset_id);
CREATE INDEX IF NOT EXISTS idx_asset_generations_session_id ON asset_generations(session_id);
CREATE INDEX IF NOT EXISTS idx_asset_modifications_base_asset_id ON asset_modifications(base_asset_id);
CREATE INDEX IF NOT EXISTS idx_asset_modifications_modified_asset_id ON asset_modifications(modified_asset_id);
CREATE INDEX IF NOT EXISTS idx_asset_usage_asset_id ON asset_usage(asset_id);
CREATE INDEX IF NOT EXISTS idx_asset_usage_user_id ON asset_usage(user_id);

CREATE OR REPLACE FUNCTION update_updated_at_column() RETURNS TRIGGER AS $$
BEGIN
  NEW.updated_at = CURRENT_TIMESTAMP;
  RETURN NEW;
END;
$$ LANGUAGE plpgsql;
DROP TRIGGER IF EXISTS update_users_updated_at ON users;
CREATE TRIGGER update_users_updated_at BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();
DROP TRIGGER IF EXISTS update_api_keys_updated_at ON api_keys;
CREATE TRIGGER update_api_keys_updated_at BEFORE UPDATE ON api_keys FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();
DROP TRIGGER IF EXISTS update_assets_updated_at ON assets;
CREATE TRIGGER update_assets_updated_at BEFORE UPDATE ON assets FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();
DROP TRIGGER IF EXISTS update_asset_sources_updated_at ON asset_sources;
CREATE TRIGGER update_asset_sources_updated_at BEFORE UPDATE ON asset_sources FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();

INSERT INTO users (email, name) VALUES ('dev@gaia.local', 'Local Development User') ON CONFLICT (email) DO NOTHING;
INSERT INTO api_keys (user_id, key_hash, name, permissions, is_active)
SELECT id, '8065e7a7dd9a5d02ea3a79cea93036e7092910c309bb3e43070826f3b939f661', 'Local Development API Key',
  '{"admin": true, "environment": "local"}', true
FROM users WHERE email = 'dev@gaia.local' ON CONFLICT (key_hash) DO NOTHING;
INSERT INTO conversations (user_id, title) SELECT id, 'Welcome to Gaia' FROM users WHERE email = 'dev@gaia.local' ON CONFLICT DO NOTHING;
INSERT INTO asset_sources (source_type, source_name, rate_limit_per_minute, requires_attribution) VALUES
  ('open_source', 'poly_haven', 60, true),
  ('open_source', 'freesound', 60, true),
  ('open_source', 'opengameart', 30, true),
  ('community', 'community_uploads', NULL, false),
  ('generated', 'meshy_ai', 10, false),
  ('generated', 'midjourney', 5, false),
  ('generated', 'mubert', 20, false),
  ('generated', 'openai', 50, false),
  ('generated', 'stability', 50, false)
ON CONFLICT DO NOTHING;
