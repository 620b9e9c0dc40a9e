import type { AuditAction } from "@gaia/contracts";
import type { Auditor } from "@gaia/db";
import { decodeJwt } from "jose";
import * as z from "zod";
import type { ProviderSession } from "../accounts/provider-account.ts";
import type { AuthDeps } from "../deps.ts";
import { auditAccount } from "../identity/audit-account.ts";
import { findUserByEmail } from "../users/user-repository.ts";
import { noteLiveSession } from "./project-account-repository.ts";

type AuditDeps = Pick<AuthDeps, "kysely" | "now" | "background">;

interface ProjectEntry {
  readonly action: AuditAction;
  readonly userId: string;
  readonly sessionId?: string;
  /** Unless an administrator of the project did it. */
  readonly isByOwner?: boolean;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Adds to the audit trail what the project did, mostly for the account's owner. */
export async function auditProject({ kysely, now }: AuditDeps, auditor: Auditor, entry: ProjectEntry): Promise<void> {
  await kysely
    .transaction()
    .execute((transaction) => auditAccount(transaction, { auditor, now: now() }, { isByOwner: true, ...entry }));
}

/** The same for a session that the project gave. */
export async function auditSession(
  deps: AuditDeps,
  auditor: Auditor,
  { session, ...entry }: Omit<SessionEntry, "accessToken" | "userId"> & { readonly session: ProviderSession },
): Promise<void> {
  await auditSessionToken(deps, auditor, { ...entry, accessToken: session.access_token, userId: session.user.id });
}

type SessionEntry = Pick<ProjectEntry, "action" | "userId" | "details"> & { readonly accessToken: string };

export async function auditSessionToken(
  { kysely, now }: AuditDeps,
  auditor: Auditor,
  { accessToken, ...entry }: SessionEntry,
): Promise<void> {
  const session = sessionOf(accessToken);
  const { sessionId } = session;
  const change = { auditor, now: now() };
  const about = { ...entry, isByOwner: true, ...(sessionId === null ? {} : { sessionId }) };
  await kysely.transaction().execute(async (transaction) => {
    await auditAccount(transaction, change, about);
    const issuedAt = entry.action === "session.started" ? session.issuedAt : null;
    await noteLiveSession(transaction, entry.userId, { sessionId, issuedAt });
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

const SessionClaims = z.object({ session_id: z.guid().nullable().catch(null), iat: z.number().nullable().catch(null) });

/** The token has just come from the project itself. */
function sessionOf(accessToken: string): { readonly sessionId: string | null; readonly issuedAt: number | null } {
  const { session_id: sessionId, iat: issuedAt } = SessionClaims.parse(decodeJwt(accessToken));
  return { sessionId, issuedAt };
}
