import type { chat, InputOf, OutputOf } from "@gaia/contracts";
import { appendAuditEntry } from "@gaia/db";
import type { Context } from "@gaia/kit/context";
import type { ChatDeps } from "../deps.ts";
import { forgetDefaultPersona } from "./choose-persona.ts";
import { deactivatePersona, lockPersona } from "./persona-repository.ts";
import { requirePersona } from "./require-persona.ts";

/** Once more does no harm. */
export async function deletePersona(
  deps: Pick<ChatDeps, "kysely" | "transport" | "cache" | "now">,
  context: Context,
  { persona_id: id }: InputOf<typeof chat.deletePersona>,
): Promise<OutputOf<typeof chat.deletePersona>> {
  const persona = await requirePersona(deps, context, { id, action: "delete", evenDeleted: true });
  const moment = deps.now();
  await deps.kysely.transaction().execute(async (transaction) => {
    const locked = await lockPersona(transaction, id);
    if (locked?.is_active !== true) return;
    await deactivatePersona(transaction, id, moment);
    const entry = { action: "persona.deleted", target: { type: "persona", id: persona.id } } as const;
    await appendAuditEntry(transaction, context, entry, moment);
  });
  if (persona.is_default) await forgetDefaultPersona(deps);
  return { success: true, message: "Persona deleted successfully", persona_id: persona.id };
}
