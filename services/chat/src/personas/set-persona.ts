import type { chat, InputOf, OutputOf } from "@gaia/contracts";
import { appendAuditEntry } from "@gaia/db";
import type { Context } from "@gaia/kit/context";
import { identifyCaller } from "../caller-identity.ts";
import { type ChooseDeps, choosePersona, defaultReference } from "./choose-persona.ts";
import { deletePreference, savePreference } from "./persona-repository.ts";

/** Who chooses the default one follows it, whoever that will be. */
export async function setPersona(
  deps: ChooseDeps,
  context: Context,
  { persona_id: reference }: InputOf<typeof chat.setPersona>,
): Promise<OutputOf<typeof chat.setPersona>> {
  const { userId } = identifyCaller(context);
  const persona = await choosePersona(deps, context, reference);
  await deps.kysely.transaction().execute(async (transaction) => {
    if (reference === defaultReference) await deletePreference(transaction, userId);
    else await savePreference(transaction, userId, persona.id);
    const target = { type: "persona", id: persona.id };
    const entry = { action: "persona.default_set", target, targetUserId: userId } as const;
    await appendAuditEntry(transaction, context, entry, deps.now());
  });
  return {
    success: true,
    message: `Active persona set to ${persona.name}`,
    persona_id: persona.id,
    persona_name: persona.name,
  };
}
