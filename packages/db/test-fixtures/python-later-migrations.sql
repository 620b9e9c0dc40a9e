-- The Python system's 002, 003 (knowledge base), 004 and 005 (roles) and its personas.

ALTER TABLE chat_messages ADD CONSTRAINT fk_chat_messages_conversation_id
  FOREIGN KEY (conversation_id) REFERENCES conversations(id) ON DELETE CASCADE;
CREATE INDEX IF NOT EXISTS idx_conversations_created_at ON conversations(created_at DESC);
CREATE TRIGGER conversations_updated_at BEFORE UPDATE ON conversations
  FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();

CREATE TABLE kb_documents (
  path TEXT PRIMARY KEY,
  document JSONB NOT NULL,
  version INTEGER DEFAULT 1,
  locked_by TEXT,
  locked_until TIMESTAMP,
  created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
  updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT path_not_empty CHECK (length(path) > 0),
  CONSTRAINT version_positive CHECK (version > 0)
);
CREATE TABLE kb_search_index (
  path TEXT NOT NULL REFERENCES kb_documents(path) ON DELETE CASCADE,
  line_number INTEGER NOT NULL,
  content_excerpt TEXT,
  search_vector tsvector,
  keywords TEXT[],
  created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (path, line_number)
);
CREATE TABLE kb_context_cache (
  context_name TEXT PRIMARY KEY,
  file_paths TEXT[] NOT NULL,
  total_size INTEGER DEFAULT 0,
  keywords TEXT[],
  entities JSONB,
  last_accessed TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
  last_modified TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
  metadata JSONB DEFAULT '{}',
  CONSTRAINT context_name_not_empty CHECK (length(context_name) > 0)
);
CREATE TABLE kb_document_history (
  id SERIAL PRIMARY KEY,
  path TEXT NOT NULL REFERENCES kb_documents(path) ON DELETE CASCADE,
  version INTEGER NOT NULL,
  document JSONB NOT NULL,
  change_type TEXT NOT NULL,
  changed_by TEXT,
  change_message TEXT,
  created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT change_type_valid CHECK (change_type IN ('create', 'update', 'delete', 'move')),
  CONSTRAINT version_positive_history CHECK (version > 0)
);
CREATE TABLE kb_permissions (
  id SERIAL PRIMARY KEY,
  resource_path TEXT NOT NULL,
  resource_type TEXT NOT NULL DEFAULT 'file',
  principal_id TEXT NOT NULL,
  principal_type TEXT NOT NULL DEFAULT 'user',
  permissions TEXT[] NOT NULL DEFAULT ARRAY['read'],
  granted_by TEXT,
  granted_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
  expires_at TIMESTAMP,
  UNIQUE (resource_path, principal_id, principal_type),
  CONSTRAINT resource_type_valid CHECK (resource_type IN ('file', 'directory', 'context')),
  CONSTRAINT principal_type_valid CHECK (principal_type IN ('user', 'team', 'public')),
  CONSTRAINT permissions_valid CHECK (permissions <@ ARRAY['read', 'write', 'share', 'admin'])
);
CREATE TABLE kb_activity_log (
  id SERIAL PRIMARY KEY,
  action TEXT NOT NULL,
  resource_path TEXT,
  resource_type TEXT DEFAULT 'file',
  actor_id TEXT,
  actor_type TEXT DEFAULT 'user',
  details JSONB DEFAULT '{}',
  ip_address INET,
  user_agent TEXT,
  created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT action_valid CHECK (action IN ('create', 'read', 'update', 'delete', 'search', 'share', 'move'))
);
CREATE INDEX idx_kb_content_search ON kb_documents USING gin(to_tsvector('english', document->>'content'));
CREATE INDEX idx_kb_keywords ON kb_documents USING gin((document->'keywords'));
CREATE INDEX idx_kb_metadata ON kb_documents USING gin((document->'metadata'));
CREATE INDEX idx_kb_path_pattern ON kb_documents(path text_pattern_ops);
CREATE INDEX idx_kb_version ON kb_documents(version);
CREATE INDEX idx_kb_updated_at ON kb_documents(updated_at DESC);
CREATE INDEX idx_kb_locked ON kb_documents(locked_by, locked_until) WHERE locked_by IS NOT NULL;
CREATE INDEX idx_kb_search_vector ON kb_search_index USING gin(search_vector);
CREATE INDEX idx_kb_search_keywords ON kb_search_index USING gin(keywords);
CREATE INDEX idx_kb_context_keywords ON kb_context_cache USING gin(keywords);
CREATE INDEX idx_kb_context_accessed ON kb_context_cache(last_accessed DESC);
CREATE INDEX idx_kb_history_path ON kb_document_history(path, version DESC);
CREATE INDEX idx_kb_history_user ON kb_document_history(changed_by, created_at DESC);
CREATE INDEX idx_kb_history_created ON kb_document_history(created_at DESC);
CREATE INDEX idx_kb_permissions_principal ON kb_permissions(principal_id, principal_type);
CREATE INDEX idx_kb_permissions_resource ON kb_permissions(resource_path, resource_type);
CREATE INDEX idx_kb_permissions_expires ON kb_permissions(expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX idx_kb_activity_actor ON kb_activity_log(actor_id, created_at DESC);
CREATE INDEX idx_kb_activity_resource ON kb_activity_log(resource_path, action);
CREATE INDEX idx_kb_activity_created ON kb_activity_log(created_at DESC);
CREATE FUNCTION update_kb_document_timestamp() RETURNS TRIGGER AS $$
BEGIN
  NEW.updated_at = CURRENT_TIMESTAMP;
  RETURN NEW;
END;
$$ LANGUAGE plpgsql;
CREATE FUNCTION create_kb_document_history() RETURNS TRIGGER AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    INSERT INTO kb_document_history (path, version, document, change_type, changed_by, change_message)
    VALUES (OLD.path, OLD.version, OLD.document, 'delete', COALESCE(OLD.document->>'changed_by', 'system'), 'Document deleted');
    RETURN OLD;
  END IF;
  INSERT INTO kb_document_history (path, version, document, change_type, changed_by, change_message)
  VALUES (NEW.path, NEW.version, NEW.document, CASE TG_OP WHEN 'INSERT' THEN 'create' ELSE 'update' END,
    COALESCE(NEW.document->>'changed_by', 'system'), 'Document changed');
  RETURN NEW;
END;
$$ LANGUAGE plpgsql;
CREATE TRIGGER trigger_kb_document_updated_at BEFORE UPDATE ON kb_documents FOR EACH ROW EXECUTE FUNCTION update_kb_document_timestamp();
CREATE TRIGGER trigger_kb_document_history AFTER INSERT OR UPDATE OR DELETE ON kb_documents FOR EACH ROW EXECUTE FUNCTION create_kb_document_history();
INSERT INTO kb_activity_log (action, resource_path, resource_type, actor_id) VALUES ('create', 'kb', 'schema', 'migration');

CREATE TABLE roles (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  name VARCHAR(100) UNIQUE NOT NULL,
  display_name VARCHAR(255) NOT NULL,
  description TEXT,
  role_type VARCHAR(50) NOT NULL CHECK (role_type IN ('system', 'custom', 'team', 'workspace')),
  is_active BOOLEAN DEFAULT true,
  metadata JSONB DEFAULT '{}',
  created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
  updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP
);
CREATE TABLE permissions (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  resource_type VARCHAR(100) NOT NULL,
  resource_path VARCHAR(500),
  action VARCHAR(50) NOT NULL,
  description TEXT,
  created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP
);
CREATE TABLE role_permissions (
  role_id UUID REFERENCES roles(id) ON DELETE CASCADE,
  permission_id UUID REFERENCES permissions(id) ON DELETE CASCADE,
  granted_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
  granted_by UUID REFERENCES users(id),
  PRIMARY KEY (role_id, permission_id)
);
CREATE TABLE user_roles (
  user_id UUID REFERENCES users(id) ON DELETE CASCADE,
  role_id UUID REFERENCES roles(id) ON DELETE CASCADE,
  context_type VARCHAR(50),
  context_id VARCHAR(500),
  assigned_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
  assigned_by UUID REFERENCES users(id),
  expires_at TIMESTAMP,
  PRIMARY KEY (user_id, role_id, context_type, context_id)
);
CREATE TABLE user_permissions (
  user_id UUID REFERENCES users(id) ON DELETE CASCADE,
  permission_id UUID REFERENCES permissions(id) ON DELETE CASCADE,
  granted BOOLEAN DEFAULT true,
  context_type VARCHAR(50),
  context_id VARCHAR(500),
  granted_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
  granted_by UUID REFERENCES users(id),
  expires_at TIMESTAMP,
  PRIMARY KEY (user_id, permission_id, context_type, context_id)
);
CREATE TABLE teams (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  name VARCHAR(100) UNIQUE NOT NULL,
  display_name VARCHAR(255) NOT NULL,
  description TEXT,
  parent_team_id UUID REFERENCES teams(id),
  metadata JSONB DEFAULT '{}',
  is_active BOOLEAN DEFAULT true,
  created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
  created_by UUID REFERENCES users(id),
  updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP
);
CREATE TABLE team_members (
  team_id UUID REFERENCES teams(id) ON DELETE CASCADE,
  user_id UUID REFERENCES users(id) ON DELETE CASCADE,
  team_role VARCHAR(50) DEFAULT 'member',
  joined_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
  invited_by UUID REFERENCES users(id),
  PRIMARY KEY (team_id, user_id)
);
CREATE TABLE workspaces (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  name VARCHAR(100) UNIQUE NOT NULL,
  display_name VARCHAR(255) NOT NULL,
  description TEXT,
  workspace_type VARCHAR(50) DEFAULT 'project',
  status VARCHAR(50) DEFAULT 'active',
  metadata JSONB DEFAULT '{}',
  created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
  created_by UUID REFERENCES users(id),
  archived_at TIMESTAMP,
  expires_at TIMESTAMP
);
CREATE TABLE workspace_members (
  workspace_id UUID REFERENCES workspaces(id) ON DELETE CASCADE,
  user_id UUID REFERENCES users(id) ON DELETE CASCADE,
  joined_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
  invited_by UUID REFERENCES users(id),
  PRIMARY KEY (workspace_id, user_id)
);
CREATE TABLE shared_resources (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  resource_type VARCHAR(100) NOT NULL,
  resource_id VARCHAR(500) NOT NULL,
  shared_by UUID NOT NULL REFERENCES users(id),
  share_name VARCHAR(255),
  share_message TEXT,
  share_type VARCHAR(50) DEFAULT 'direct',
  permissions TEXT[] NOT NULL,
  created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
  expires_at TIMESTAMP,
  access_count INTEGER DEFAULT 0,
  metadata JSONB DEFAULT '{}',
  is_active BOOLEAN DEFAULT true
);
CREATE TABLE resource_permissions (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  resource_type VARCHAR(100) NOT NULL,
  resource_id VARCHAR(500) NOT NULL,
  principal_type VARCHAR(50) NOT NULL,
  principal_id VARCHAR(500) NOT NULL,
  permissions TEXT[] NOT NULL,
  granted_by UUID REFERENCES users(id),
  granted_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
  expires_at TIMESTAMP,
  metadata JSONB DEFAULT '{}',
  UNIQUE (resource_type, resource_id, principal_type, principal_id)
);
CREATE TABLE permission_audit_log (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  event_type VARCHAR(100) NOT NULL,
  actor_id UUID REFERENCES users(id),
  target_user_id UUID REFERENCES users(id),
  target_type VARCHAR(50),
  target_id VARCHAR(500),
  permission_details JSONB NOT NULL,
  event_timestamp TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
  ip_address INET,
  user_agent TEXT
);
CREATE INDEX idx_permissions_lookup ON permissions(resource_type, action);
CREATE INDEX idx_user_roles_context ON user_roles(context_type, context_id);
CREATE INDEX idx_user_roles_user_expires ON user_roles(user_id, expires_at);
CREATE INDEX idx_user_roles_user_id ON user_roles(user_id);
CREATE INDEX idx_team_members_user ON team_members(user_id);
CREATE INDEX idx_team_members_user_id ON team_members(user_id);
CREATE INDEX idx_workspace_members_user ON workspace_members(user_id);
CREATE INDEX idx_workspace_members_user_id ON workspace_members(user_id);
CREATE INDEX idx_resource_permissions_lookup ON resource_permissions(resource_type, resource_id, principal_type, principal_id);
CREATE INDEX idx_permission_audit_log_actor ON permission_audit_log(actor_id, event_timestamp DESC);
CREATE INDEX idx_permission_audit_log_target ON permission_audit_log(target_user_id, event_timestamp DESC);

INSERT INTO roles (name, display_name, role_type)
SELECT name, initcap(replace(name, '_', ' ')), 'system' FROM unnest(ARRAY['super_admin', 'admin', 'developer',
  'analyst', 'user', 'viewer', 'guest', 'kb_admin', 'kb_editor', 'kb_contributor', 'kb_viewer']) AS name;
INSERT INTO permissions (resource_type, resource_path, action) VALUES
  ('kb', '/kb/*', 'read'), ('kb', '/kb/*', 'write'), ('kb', '/kb/*', 'delete'), ('kb', '/kb/*', 'share'), ('kb', '/kb/*', 'admin'),
  ('kb', '/kb/users/{user_id}/*', 'read'), ('kb', '/kb/users/{user_id}/*', 'write'), ('kb', '/kb/shared/*', 'read'),
  ('api', '/api/v1/chat/*', 'access'), ('api', '/api/v1/assets/*', 'access'), ('api', '/api/v1/auth/*', 'access'), ('api', '/api/v1/admin/*', 'access'),
  ('chat', '*', 'create'), ('chat', '*', 'read'), ('chat', '*', 'delete'),
  ('asset', '*', 'create'), ('asset', '*', 'read'), ('asset', '*', 'delete'),
  ('admin', '*', 'users'), ('admin', '*', 'roles'), ('admin', '*', 'permissions'), ('admin', '*', 'system');
INSERT INTO role_permissions (role_id, permission_id) SELECT r.id, p.id FROM roles r, permissions p WHERE r.name = 'super_admin';
INSERT INTO role_permissions (role_id, permission_id) SELECT r.id, p.id FROM roles r, permissions p
  WHERE r.name = 'user' AND (p.resource_type = 'api' OR p.resource_path IN ('/kb/users/{user_id}/*', '/kb/shared/*')
    OR (p.resource_type IN ('chat', 'asset') AND p.action IN ('create', 'read')));

CREATE FUNCTION check_user_permission(p_user UUID, p_type VARCHAR, p_path VARCHAR, p_action VARCHAR) RETURNS BOOLEAN AS $$
  SELECT EXISTS (SELECT FROM user_roles WHERE user_id = p_user)
$$ LANGUAGE sql;
CREATE FUNCTION get_user_permissions(p_user UUID) RETURNS TABLE (type VARCHAR, path VARCHAR, action VARCHAR, source VARCHAR) AS $$
BEGIN
  RETURN QUERY SELECT p.resource_type, p.resource_path, p.action, 'role' FROM permissions p;
END;
$$ LANGUAGE plpgsql;
CREATE FUNCTION get_user_team_role(p_user UUID, p_team UUID) RETURNS VARCHAR AS $$
BEGIN
  RETURN (SELECT role FROM team_members WHERE user_id = p_user AND team_id = p_team);
END;
$$ LANGUAGE plpgsql;

CREATE TABLE personas (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  name VARCHAR(100) NOT NULL UNIQUE,
  description TEXT NOT NULL,
  system_prompt TEXT NOT NULL,
  personality_traits JSONB DEFAULT '{}',
  capabilities JSONB DEFAULT '{}',
  is_active BOOLEAN DEFAULT true,
  created_by VARCHAR(255),
  created_at TIMESTAMPTZ DEFAULT CURRENT_TIMESTAMP,
  updated_at TIMESTAMPTZ DEFAULT CURRENT_TIMESTAMP
);
CREATE TABLE user_persona_preferences (
  user_id VARCHAR(255) PRIMARY KEY,
  persona_id UUID NOT NULL REFERENCES personas(id) ON DELETE CASCADE,
  updated_at TIMESTAMPTZ DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX idx_personas_active ON personas(is_active);
CREATE INDEX idx_personas_name ON personas(name);
CREATE INDEX idx_personas_created_by ON personas(created_by);
CREATE INDEX idx_user_persona_preferences_persona_id ON user_persona_preferences(persona_id);
INSERT INTO personas (id, name, description, system_prompt, created_by) VALUES
  ('77777777-0000-4000-8000-000000000001', 'Mu', 'The operator''s own Mu', 'You are our Mu. {tools_section}', 'system');
