import type { auth, InputOf, OutputOf } from "@gaia/contracts";
import { hashKeySecret } from "../api-keys/key-secret.ts";
import { verifyApiKey } from "../api-keys/verify-api-key.ts";
import type { AuthDeps } from "../deps.ts";
import { verifyToken } from "../tokens/verify-token.ts";

const invalid: OutputOf<typeof auth.validate> = {
  valid: false,
  auth_type: "none",
  user_id: null,
  error: "No valid authentication credentials provided",
};

/** Always an answer, never an error: clients of the original branch on `valid`. */
export async function validateCredentials(
  deps: AuthDeps,
  input: InputOf<typeof auth.validate>,
): Promise<OutputOf<typeof auth.validate>> {
  const token = input.token ? await verifyToken(deps, { token: input.token }) : null;
  if (token?.principal?.kind === "user") {
    return { valid: true, auth_type: "jwt", user_id: token.principal.userId, error: null };
  }
  for (const secret of [input.token, input.api_key]) {
    if (secret === undefined || secret === null || secret === "") continue;
    const { principal } = await verifyApiKey(deps, { keyHash: hashKeySecret(secret) });
    if (principal?.kind !== "api-key") continue;
    return { valid: true, auth_type: "api_key", user_id: principal.userId, error: null };
  }
  return invalid;
}
