import * as z from "zod";
import type { AuthDeps } from "../deps.ts";

/** Whether a session of the project was ended through Gaia. */
export async function isSessionEnded(
  { kysely, supabase }: Pick<AuthDeps, "kysely" | "supabase">,
  sessionId: string | undefined,
): Promise<boolean> {
  const id = z.uuid().safeParse(sessionId);
  if (supabase === null || !id.success) return false;
  const ended = await kysely
    .selectFrom("ended_sessions")
    .select("session_id")
    .where("session_id", "=", id.data)
    .executeTakeFirst();
  return ended !== undefined;
}
