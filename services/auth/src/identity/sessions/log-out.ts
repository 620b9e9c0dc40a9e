import type { Auditor } from "@gaia/db";
import * as z from "zod";
import type { IdentityDeps } from "../identity-deps.ts";
import { invalidRequest } from "../identity-error.ts";
import { endSessions } from "./end-sessions.ts";

const Scope = z.enum(["global", "local", "others"]);

/** Source: supabase/auth `internal/api/logout.go`. */
export async function logOut(
  { kysely, now }: Pick<IdentityDeps, "kysely" | "now">,
  auditor: Auditor,
  input: { readonly scope: string },
): Promise<void> {
  const { principal } = auditor;
  const scope = Scope.safeParse(input.scope);
  if (!scope.success) throw invalidRequest(`Unsupported logout scope "${input.scope}"`);
  if (principal.kind !== "user") return;
  const which = sessionsOf(scope.data, principal.sessionId);
  const ending = { userId: principal.userId, which, why: "signed_out", auditor, now: now() } as const;
  await kysely.transaction().execute((transaction) => endSessions(transaction, ending));
}

/** A token that names no session of ours can only end all. */
function sessionsOf(
  scope: z.infer<typeof Scope>,
  sessionId: string | null,
): "all" | { readonly only: string } | { readonly allBut: string } {
  const own = z.guid().safeParse(sessionId);
  if (!own.success || scope === "global") return "all";
  return scope === "local" ? { only: own.data } : { allBut: own.data };
}
