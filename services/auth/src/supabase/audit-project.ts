import type { AuditAction } from "@gaia/contracts";
import type { Auditor } from "@gaia/db";
import { decodeJwt } from "jose";
import * as z from "zod";
import type { ProviderSession } from "../accounts/provider-account.ts";
import type { AuthDeps } from "../deps.ts";
import { auditAccount } from "../identity/audit-account.ts";
import { findUserByEmail } from "../users/user-repository.ts";

type AuditDeps = Pick<AuthDeps, "kysely" | "now" | "background">;

interface ProjectEntry {
  readonly action: AuditAction;
  readonly userId: string;
  readonly sessionId?: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Adds to the audit trail what the project did for the account's owner. */
export async function auditProject({ kysely, now }: AuditDeps, auditor: Auditor, entry: ProjectEntry): Promise<void> {
  await kysely
    .transaction()
    .execute((transaction) => auditAccount(transaction, { auditor, now: now() }, { ...entry, isByOwner: true }));
}

/** The same for a session that the project gave. */
export async function auditSession(
  deps: AuditDeps,
  auditor: Auditor,
  { session, action, details }: Omit<ProjectEntry, "userId" | "sessionId"> & { readonly session: ProviderSession },
): Promise<void> {
  const sessionId = sessionIdOf(session.access_token);
  await auditProject(deps, auditor, {
    action,
    userId: session.user.id,
    ...(sessionId === null ? {} : { sessionId }),
    ...(details === undefined ? {} : { details }),
  });
}

/**
 * Something that was asked for an address by whom nobody knows. Only those who were here before have a trail, so a flood
 * of made-up addresses writes nothing, and nobody waits for it.
 */
export function noteRequest(
  deps: AuditDeps,
  auditor: Auditor,
  request: Omit<ProjectEntry, "userId" | "sessionId"> & { readonly email: string },
): void {
  deps.background.run("audit request", storeRequest(deps, auditor, request));
}

async function storeRequest(
  { kysely, now }: AuditDeps,
  auditor: Auditor,
  { email, ...entry }: Omit<ProjectEntry, "userId" | "sessionId"> & { readonly email: string },
): Promise<void> {
  const user = await findUserByEmail(kysely, email);
  if (user === undefined) return;
  const change = { auditor, now: now() };
  await kysely.transaction().execute((transaction) => auditAccount(transaction, change, { ...entry, userId: user.id }));
}

/** The token has just come from the project itself. */
function sessionIdOf(accessToken: string): string | null {
  return z.uuid().safeParse(decodeJwt(accessToken)["session_id"]).data ?? null;
}
