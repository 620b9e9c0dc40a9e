import * as z from "zod";
import type { AuthDeps } from "../deps.ts";
import { findProjectAccount } from "./project-account-repository.ts";

interface TokenFacts {
  readonly userId: string;
  readonly sessionId: string | undefined;
  /** Unix seconds. */
  readonly issuedAt: number | null;
}

/** Whether a token of the project lets nobody in any more by what was done through Gaia: signing out, a ban, a password. */
export async function isProjectTokenOver(
  deps: Pick<AuthDeps, "kysely" | "supabase" | "now">,
  { userId, sessionId, issuedAt }: TokenFacts,
): Promise<boolean> {
  if (deps.supabase === null) return false;
  const account = await findProjectAccount(deps.kysely, userId);
  if (account !== undefined) {
    const { banned_until, tokens_over_at, kept_sessions } = account;
    if (banned_until !== null && banned_until > deps.now()) return true;
    const isKept = sessionId !== undefined && kept_sessions.includes(sessionId);
    // Tokens tell whole seconds.
    const lastSecond = tokens_over_at === null ? null : Math.floor(tokens_over_at.getTime() / 1000);
    if (lastSecond !== null && !isKept && (issuedAt ?? 0) <= lastSecond) return true;
  }
  return isSessionEnded(deps, sessionId);
}

async function isSessionEnded({ kysely }: Pick<AuthDeps, "kysely">, sessionId: string | undefined): Promise<boolean> {
  const id = z.guid().safeParse(sessionId);
  if (!id.success) return false;
  const ended = await kysely
    .selectFrom("ended_sessions")
    .select("session_id")
    .where("session_id", "=", id.data)
    .executeTakeFirst();
  return ended !== undefined;
}

/** Whether somebody was banned in the project through Gaia: their API keys must not work either. */
export async function isProjectUserBanned(
  { kysely, supabase, now }: Pick<AuthDeps, "kysely" | "supabase" | "now">,
  userId: string,
): Promise<boolean> {
  if (supabase === null) return false;
  const until = (await findProjectAccount(kysely, userId))?.banned_until ?? null;
  return until !== null && until > now();
}
