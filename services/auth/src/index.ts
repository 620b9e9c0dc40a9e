import type { Service } from "@gaia/kit/service";
import type { AuthDeps } from "./deps.ts";
import { authHandlers } from "./handlers.ts";

export { issueApiKey, type IssuedApiKey } from "./api-keys/issue-api-key.ts";
export { listKeys, type ListedKey } from "./api-keys/api-key-repository.ts";
export { revokeApiKey } from "./api-keys/revoke-api-key.ts";
export type { AuthDeps } from "./deps.ts";
export { ensureFirstKey, type FirstKey } from "./first-start/ensure-first-key.ts";
export { createTokenKeys } from "./tokens/token-keys.ts";
export { createUser } from "./users/create-user.ts";
export { findUserByEmail, listUsers, type ListedUser, type User } from "./users/user-repository.ts";

export function createAuthService(deps: AuthDeps, version: string): Service {
  return { name: "auth", version, bindings: authHandlers(deps), stop: () => deps.background.drain() };
}
