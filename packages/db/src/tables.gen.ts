// Made by scripts/gen-tables.ts from the migrations; `npm run gen` makes it again.

import type { ColumnType } from "kysely";

/** Written as JSON text: the driver would take an array for a PostgreSQL array. */
export type Json = ColumnType<unknown, string, string>;

export type Timestamp = ColumnType<Date, Date | string, Date | string>;

/** Filled by the database when it is left out. */
export type Generated<T> =
  T extends ColumnType<infer Selected, infer Inserted, infer Updated>
    ? ColumnType<Selected, Inserted | undefined, Updated>
    : ColumnType<T, T | undefined, T>;

/** Always filled by the database. */
export type GeneratedAlways<T> =
  T extends ColumnType<infer Selected, unknown, unknown>
    ? ColumnType<Selected, never, never>
    : ColumnType<T, never, never>;

export interface ApiKeysTable {
  id: Generated<string>;
  user_id: string;
  key_hash: string;
  name: string | null;
  permissions: Generated<Json | null>;
  is_active: Generated<boolean | null>;
  expires_at: Timestamp | null;
  last_used_at: Timestamp | null;
  created_at: Generated<Timestamp | null>;
  updated_at: Generated<Timestamp | null>;
  key_prefix: string | null;
  created_by: string | null;
  requests_per_minute: number | null;
  tokens_per_minute: number | null;
  created_by_key_id: string | null;
}

export interface AssetGenerationsTable {
  id: Generated<string>;
  asset_id: string | null;
  generation_prompt: string;
  generation_service: string;
  generation_cost: string;
  generation_time_ms: number;
  session_id: string | null;
  user_id: string | null;
  generation_metadata: Generated<Json | null>;
  created_at: Generated<Timestamp | null>;
}

export interface AssetModificationsTable {
  id: Generated<string>;
  base_asset_id: string | null;
  modified_asset_id: string | null;
  modifications: string[];
  modification_service: string;
  modification_cost: string;
  modification_time_ms: number;
  session_id: string | null;
  user_id: string | null;
  modification_metadata: Generated<Json | null>;
  created_at: Generated<Timestamp | null>;
}

export interface AssetSourcesTable {
  id: Generated<number>;
  source_type: string;
  source_name: string;
  api_endpoint: string | null;
  is_active: Generated<boolean | null>;
  rate_limit_per_minute: number | null;
  requires_attribution: Generated<boolean | null>;
  cost_per_request: Generated<string | null>;
  created_at: Generated<Timestamp | null>;
  updated_at: Generated<Timestamp | null>;
}

export interface AssetUsageTable {
  id: Generated<string>;
  asset_id: string | null;
  user_id: string | null;
  session_id: string | null;
  usage_type: string;
  cost_incurred: Generated<string | null>;
  metadata: Generated<Json | null>;
  created_at: Generated<Timestamp | null>;
}

export interface AssetsTable {
  id: Generated<string>;
  source_id: number | null;
  external_id: string | null;
  category: string;
  title: string;
  description: string | null;
  style_tags: string[] | null;
  file_url: string;
  storage_type: string;
  file_size_mb: number | null;
  file_format: string | null;
  preview_image_url: string | null;
  quality_score: Generated<number | null>;
  download_count: Generated<number | null>;
  license_type: string | null;
  attribution_required: Generated<boolean | null>;
  metadata: Generated<Json | null>;
  created_at: Generated<Timestamp | null>;
  updated_at: Generated<Timestamp | null>;
}

export interface ChatMessagesTable {
  id: Generated<string>;
  user_id: string;
  conversation_id: string;
  role: string;
  content: string;
  model: string | null;
  provider: string | null;
  tokens_used: number | null;
  created_at: Generated<Timestamp | null>;
  status: Generated<string | null>;
  error_code: string | null;
  request_id: string | null;
  persona_id: string | null;
  tool_calls: Json | null;
  tool_call_id: string | null;
  input_tokens: number | null;
  output_tokens: number | null;
  sequence: Generated<string>;
  exchange: Generated<string>;
  replaced_by: string | null;
  search_vector: GeneratedAlways<string | null>;
}

export interface ChatStreamEventsTable {
  stream_id: string;
  first_sequence: number;
  last_sequence: number;
  frames: string[];
}

export interface ChatStreamsTable {
  id: string;
  user_id: string;
  api_key_id: string | null;
  request_id: string | null;
  conversation_id: string | null;
  message_id: string | null;
  dialect: string;
  status: Generated<string>;
  error_code: string | null;
  last_sequence: Generated<number>;
  alive_at: Generated<Timestamp>;
  cancel_requested_at: Timestamp | null;
  created_at: Generated<Timestamp>;
  ended_at: Timestamp | null;
}

export interface ConversationSummariesTable {
  conversation_id: string;
  summary: string;
  covers_until: string;
  updated_at: Generated<Timestamp>;
}

export interface ConversationsTable {
  id: Generated<string>;
  user_id: string;
  title: Generated<string>;
  preview: string | null;
  is_active: Generated<boolean | null>;
  created_at: Generated<Timestamp | null>;
  updated_at: Generated<Timestamp | null>;
}

export interface EndedSessionsTable {
  session_id: string;
  user_id: string;
  ended_at: Generated<Timestamp>;
  forget_at: Timestamp;
}

export interface EventOutboxTable {
  id: GeneratedAlways<string>;
  subject: string;
  payload: Json;
  request_id: string | null;
  created_at: Generated<Timestamp>;
  published_at: Timestamp | null;
  attempts: Generated<number>;
}

export interface InvitationsTable {
  id: Generated<string>;
  team_id: string | null;
  workspace_id: string | null;
  email: string;
  team_role: string | null;
  token_hash: string;
  invited_by: string | null;
  created_at: Generated<Timestamp>;
  expires_at: Timestamp;
  accepted_at: Timestamp | null;
  accepted_by: string | null;
  withdrawn_at: Timestamp | null;
}

export interface KbActivityLogTable {
  id: Generated<number>;
  action: string;
  resource_path: string | null;
  resource_type: Generated<string | null>;
  actor_id: string | null;
  actor_type: Generated<string | null>;
  details: Generated<Json | null>;
  ip_address: string | null;
  user_agent: string | null;
  created_at: Generated<Timestamp | null>;
}

export interface KbContextCacheTable {
  context_name: string;
  file_paths: string[];
  total_size: Generated<number | null>;
  keywords: string[] | null;
  entities: Json | null;
  last_accessed: Generated<Timestamp | null>;
  last_modified: Generated<Timestamp | null>;
  metadata: Generated<Json | null>;
}

export interface KbDocumentHistoryTable {
  id: Generated<number>;
  path: string;
  version: number;
  document: Json;
  change_type: string;
  changed_by: string | null;
  change_message: string | null;
  created_at: Generated<Timestamp | null>;
}

export interface KbDocumentsTable {
  path: string;
  document: Json;
  version: Generated<number | null>;
  locked_by: string | null;
  locked_until: Timestamp | null;
  created_at: Generated<Timestamp | null>;
  updated_at: Generated<Timestamp | null>;
}

export interface KbPermissionsTable {
  id: Generated<number>;
  resource_path: string;
  resource_type: Generated<string>;
  principal_id: string;
  principal_type: Generated<string>;
  permissions: Generated<string[]>;
  granted_by: string | null;
  granted_at: Generated<Timestamp | null>;
  expires_at: Timestamp | null;
}

export interface KbSearchIndexTable {
  path: string;
  line_number: number;
  content_excerpt: string | null;
  search_vector: string | null;
  keywords: string[] | null;
  created_at: Generated<Timestamp | null>;
}

export interface PermissionAuditLogTable {
  id: Generated<string>;
  event_type: string;
  actor_id: string | null;
  target_user_id: string | null;
  target_type: string | null;
  target_id: string | null;
  permission_details: Json;
  event_timestamp: Generated<Timestamp | null>;
  ip_address: string | null;
  user_agent: string | null;
  sequence: Generated<string>;
  request_id: string | null;
  principal: Json | null;
  team_id: string | null;
  workspace_id: string | null;
}

export interface PermissionsTable {
  id: Generated<string>;
  resource_type: string;
  resource_path: string | null;
  action: string;
  description: string | null;
  created_at: Generated<Timestamp | null>;
}

export interface PersonasTable {
  id: Generated<string>;
  name: string;
  description: string;
  system_prompt: string;
  personality_traits: Generated<Json | null>;
  capabilities: Generated<Json | null>;
  is_active: Generated<boolean | null>;
  created_by: string | null;
  created_at: Generated<Timestamp | null>;
  updated_at: Generated<Timestamp | null>;
  settings: Generated<Json>;
  visibility: Generated<string>;
  is_default: Generated<boolean>;
}

export interface PlatformSecretsTable {
  name: string;
  value: string;
  created_at: Generated<Timestamp>;
}

export interface ProjectAccountsTable {
  user_id: string;
  banned_until: Timestamp | null;
  tokens_over_at: Timestamp | null;
  kept_sessions: Generated<string[]>;
}

export interface ResourcePermissionsTable {
  id: Generated<string>;
  resource_type: string;
  resource_id: string;
  principal_type: string;
  principal_id: string;
  permissions: string[];
  granted_by: string | null;
  granted_at: Generated<Timestamp | null>;
  expires_at: Timestamp | null;
  metadata: Generated<Json | null>;
}

export interface RolePermissionsTable {
  role_id: string;
  permission_id: string;
  granted_at: Generated<Timestamp | null>;
  granted_by: string | null;
}

export interface RolesTable {
  id: Generated<string>;
  name: string;
  display_name: string;
  description: string | null;
  role_type: string;
  is_active: Generated<boolean | null>;
  metadata: Generated<Json | null>;
  created_at: Generated<Timestamp | null>;
  updated_at: Generated<Timestamp | null>;
}

export interface SharedResourcesTable {
  id: Generated<string>;
  resource_type: string;
  resource_id: string;
  shared_by: string;
  share_name: string | null;
  share_message: string | null;
  share_type: Generated<string | null>;
  permissions: string[];
  created_at: Generated<Timestamp | null>;
  expires_at: Timestamp | null;
  access_count: Generated<number | null>;
  metadata: Generated<Json | null>;
  is_active: Generated<boolean | null>;
}

export interface TeamMembersTable {
  team_id: string;
  user_id: string;
  team_role: Generated<string | null>;
  joined_at: Generated<Timestamp | null>;
  invited_by: string | null;
}

export interface TeamsTable {
  id: Generated<string>;
  name: string;
  display_name: string;
  description: string | null;
  parent_team_id: string | null;
  metadata: Generated<Json | null>;
  is_active: Generated<boolean | null>;
  created_at: Generated<Timestamp | null>;
  created_by: string | null;
  updated_at: Generated<Timestamp | null>;
}

export interface UsageRecordsTable {
  id: Generated<string>;
  request_id: string | null;
  user_id: string | null;
  api_key_id: string | null;
  service: string | null;
  operation: string | null;
  provider: string | null;
  model: string | null;
  requested_model: string | null;
  input_tokens: number | null;
  output_tokens: number | null;
  cached_input_tokens: number | null;
  reasoning_tokens: number | null;
  token_source: string | null;
  cost_usd: string | null;
  price_as_of: string | null;
  duration_ms: number | null;
  first_token_ms: number | null;
  outcome: string | null;
  error_code: string | null;
  created_at: Generated<Timestamp | null>;
}

export interface UserPermissionsTable {
  user_id: string;
  permission_id: string;
  granted: Generated<boolean | null>;
  context_type: string;
  context_id: string;
  granted_at: Generated<Timestamp | null>;
  granted_by: string | null;
  expires_at: Timestamp | null;
  id: Generated<string>;
}

export interface UserPersonaPreferencesTable {
  user_id: string;
  persona_id: string;
  updated_at: Generated<Timestamp | null>;
}

export interface UserRolesTable {
  user_id: string;
  role_id: string;
  context_type: string;
  context_id: string;
  assigned_at: Generated<Timestamp | null>;
  assigned_by: string | null;
  expires_at: Timestamp | null;
}

export interface UsersTable {
  id: Generated<string>;
  email: string;
  name: string | null;
  created_at: Generated<Timestamp | null>;
  updated_at: Generated<Timestamp | null>;
  is_active: Generated<boolean | null>;
}

export interface WorkspaceMembersTable {
  workspace_id: string;
  user_id: string;
  joined_at: Generated<Timestamp | null>;
  invited_by: string | null;
}

export interface WorkspacesTable {
  id: Generated<string>;
  name: string;
  display_name: string;
  description: string | null;
  workspace_type: Generated<string | null>;
  status: Generated<string | null>;
  metadata: Generated<Json | null>;
  created_at: Generated<Timestamp | null>;
  created_by: string | null;
  archived_at: Timestamp | null;
  expires_at: Timestamp | null;
  owner_id: string | null;
}

export interface AuthGaiaIdentityProviderTable {
  created_at: Generated<Timestamp>;
}

export interface AuthIdentitiesTable {
  provider_id: string;
  user_id: string;
  identity_data: Json;
  provider: string;
  last_sign_in_at: Timestamp | null;
  created_at: Timestamp | null;
  updated_at: Timestamp | null;
  email: GeneratedAlways<string | null>;
  id: Generated<string>;
}

export interface AuthMfaAmrClaimsTable {
  session_id: string;
  created_at: Timestamp;
  updated_at: Timestamp;
  authentication_method: string;
  id: string;
}

export interface AuthOneTimeTokensTable {
  id: string;
  user_id: string;
  token_type: string;
  token_hash: string;
  relates_to: string;
  created_at: Generated<Timestamp>;
  updated_at: Generated<Timestamp>;
}

export interface AuthRefreshTokensTable {
  instance_id: string | null;
  id: Generated<string>;
  token: string | null;
  user_id: string | null;
  revoked: boolean | null;
  created_at: Timestamp | null;
  updated_at: Timestamp | null;
  parent: string | null;
  session_id: string | null;
}

export interface AuthSessionsTable {
  id: string;
  user_id: string;
  created_at: Timestamp | null;
  updated_at: Timestamp | null;
  factor_id: string | null;
  aal: string | null;
  not_after: Timestamp | null;
  refreshed_at: Timestamp | null;
  user_agent: string | null;
  ip: string | null;
  tag: string | null;
  oauth_client_id: string | null;
  refresh_token_hmac_key: string | null;
  refresh_token_counter: string | null;
  scopes: string | null;
}

export interface AuthUsersTable {
  instance_id: string | null;
  id: string;
  aud: string | null;
  role: string | null;
  email: string | null;
  encrypted_password: string | null;
  email_confirmed_at: Timestamp | null;
  invited_at: Timestamp | null;
  confirmation_token: string | null;
  confirmation_sent_at: Timestamp | null;
  recovery_token: string | null;
  recovery_sent_at: Timestamp | null;
  email_change_token_new: string | null;
  email_change: string | null;
  email_change_sent_at: Timestamp | null;
  last_sign_in_at: Timestamp | null;
  raw_app_meta_data: Json | null;
  raw_user_meta_data: Json | null;
  is_super_admin: boolean | null;
  created_at: Timestamp | null;
  updated_at: Timestamp | null;
  phone: string | null;
  phone_confirmed_at: Timestamp | null;
  phone_change: Generated<string | null>;
  phone_change_token: Generated<string | null>;
  phone_change_sent_at: Timestamp | null;
  confirmed_at: GeneratedAlways<Timestamp | null>;
  email_change_token_current: Generated<string | null>;
  email_change_confirm_status: Generated<number | null>;
  banned_until: Timestamp | null;
  reauthentication_token: Generated<string | null>;
  reauthentication_sent_at: Timestamp | null;
  is_sso_user: Generated<boolean>;
  deleted_at: Timestamp | null;
  is_anonymous: Generated<boolean>;
}

export interface Tables {
  api_keys: ApiKeysTable;
  asset_generations: AssetGenerationsTable;
  asset_modifications: AssetModificationsTable;
  asset_sources: AssetSourcesTable;
  asset_usage: AssetUsageTable;
  assets: AssetsTable;
  chat_messages: ChatMessagesTable;
  chat_stream_events: ChatStreamEventsTable;
  chat_streams: ChatStreamsTable;
  conversation_summaries: ConversationSummariesTable;
  conversations: ConversationsTable;
  ended_sessions: EndedSessionsTable;
  event_outbox: EventOutboxTable;
  invitations: InvitationsTable;
  kb_activity_log: KbActivityLogTable;
  kb_context_cache: KbContextCacheTable;
  kb_document_history: KbDocumentHistoryTable;
  kb_documents: KbDocumentsTable;
  kb_permissions: KbPermissionsTable;
  kb_search_index: KbSearchIndexTable;
  permission_audit_log: PermissionAuditLogTable;
  permissions: PermissionsTable;
  personas: PersonasTable;
  platform_secrets: PlatformSecretsTable;
  project_accounts: ProjectAccountsTable;
  resource_permissions: ResourcePermissionsTable;
  role_permissions: RolePermissionsTable;
  roles: RolesTable;
  shared_resources: SharedResourcesTable;
  team_members: TeamMembersTable;
  teams: TeamsTable;
  usage_records: UsageRecordsTable;
  user_permissions: UserPermissionsTable;
  user_persona_preferences: UserPersonaPreferencesTable;
  user_roles: UserRolesTable;
  users: UsersTable;
  workspace_members: WorkspaceMembersTable;
  workspaces: WorkspacesTable;
  "auth.gaia_identity_provider": AuthGaiaIdentityProviderTable;
  "auth.identities": AuthIdentitiesTable;
  "auth.mfa_amr_claims": AuthMfaAmrClaimsTable;
  "auth.one_time_tokens": AuthOneTimeTokensTable;
  "auth.refresh_tokens": AuthRefreshTokensTable;
  "auth.sessions": AuthSessionsTable;
  "auth.users": AuthUsersTable;
}
