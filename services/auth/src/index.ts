import type { Service } from "@gaia/kit/service";
import type { AuthDeps } from "./deps.ts";
import { authHandlers } from "./handlers.ts";

export { issueApiKey, type IssuedApiKey } from "./api-keys/issue-api-key.ts";
export { listKeys, type ListedKey } from "./api-keys/api-key-repository.ts";
export { revokeApiKey } from "./api-keys/revoke-api-key.ts";
export type { AuthDeps } from "./deps.ts";
export { ensureFirstKey, type FirstKey } from "./first-start/ensure-first-key.ts";
export { identityConfig } from "./identity/config.ts";
export { type IdentityDeps, type IdentitySettings, issuerOf } from "./identity/identity-deps.ts";
export { rotateSigningKey } from "./identity/keys/rotate-signing-key.ts";
export { createSigningKeys } from "./identity/keys/signing-keys.ts";
export { createFolderMailer } from "./mail/create-folder-mailer.ts";
export { createOwnSchemaCheck } from "./identity/own-schema.ts";
export { createSmtpMailer } from "./mail/create-smtp-mailer.ts";
export { assignRole } from "./roles/assign-role.ts";
export { findRoleByName } from "./roles/find-role-by-name.ts";
export { listRoles } from "./roles/list-roles.ts";
export { unassignRole } from "./roles/unassign-role.ts";
export { createSupabaseAuth } from "./supabase/supabase-auth.ts";
export { createTokenKeys } from "./tokens/token-keys.ts";
export { createUser } from "./users/create-user.ts";
export { findUserByEmail, listUsers, type ListedUser, type User } from "./users/user-repository.ts";

export function createAuthService(deps: AuthDeps, version: string): Service {
  return { name: "auth", version, bindings: authHandlers(deps), stop: () => deps.background.drain() };
}
