import { auth, identity } from "@gaia/contracts";
import { type Binding, implement } from "@gaia/kit/binding";
import { accessHandlers } from "./access/handlers.ts";
import { accountHandlers } from "./accounts/handlers.ts";
import { apiKeyHandlers } from "./api-keys/handlers.ts";
import { verifyApiKey } from "./api-keys/verify-api-key.ts";
import { auditHandlers } from "./audit/handlers.ts";
import type { AuthDeps } from "./deps.ts";
import { identityHandlers } from "./identity/handlers.ts";
import { explainRefusal } from "./identity/sessions/explain-refusal.ts";
import { invitationHandlers } from "./invitations/handlers.ts";
import { permissionHandlers } from "./permissions/handlers.ts";
import { roleHandlers } from "./roles/handlers.ts";
import { shareHandlers } from "./shares/handlers.ts";
import { teamHandlers } from "./teams/handlers.ts";
import { verifyToken } from "./tokens/verify-token.ts";
import { validateCredentials } from "./validation/validate-credentials.ts";
import { workspaceHandlers } from "./workspaces/handlers.ts";

export const authHandlers = (deps: AuthDeps): Binding[] => [
  implement(auth.validate, (_context, input) => validateCredentials(deps, input)),
  implement(auth.verifyToken, (_context, input) => verifyToken(deps, input)),
  implement(auth.verifyApiKey, (_context, input) => verifyApiKey(deps, input)),
  implement(identity.explainRefusal, (_context, input) => explainRefusal(deps, input)),
  ...apiKeyHandlers(deps),
  ...identityHandlers(deps.identity),
  ...accountHandlers(deps),
  ...accessHandlers(deps),
  ...roleHandlers(deps),
  ...permissionHandlers(deps),
  ...auditHandlers(deps),
  ...teamHandlers(deps),
  ...workspaceHandlers(deps),
  ...invitationHandlers(deps),
  ...shareHandlers(deps),
];
