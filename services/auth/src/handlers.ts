import { auth, identity } from "@gaia/contracts";
import { type Binding, implement } from "@gaia/kit/binding";
import { explainAccess } from "./access/explain-access.ts";
import { verifyApiKey } from "./api-keys/verify-api-key.ts";
import type { AuthDeps } from "./deps.ts";
import { identityHandlers } from "./identity/handlers.ts";
import { explainRefusal } from "./identity/sessions/explain-refusal.ts";
import { verifyToken } from "./tokens/verify-token.ts";
import { validateCredentials } from "./validation/validate-credentials.ts";

export const authHandlers = (deps: AuthDeps): Binding[] => [
  implement(auth.validate, (_context, input) => validateCredentials(deps, input)),
  implement(auth.verifyToken, (_context, input) => verifyToken(deps, input)),
  implement(auth.verifyApiKey, (_context, input) => verifyApiKey(deps, input)),
  implement(auth.explainAccess, (_context, input) => explainAccess(deps, input)),
  implement(identity.explainRefusal, (_context, input) => explainRefusal(deps, input)),
  ...identityHandlers(deps.identity),
];
