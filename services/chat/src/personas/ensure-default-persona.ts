import type { Persona } from "@gaia/contracts";
import { appendAuditEntry } from "@gaia/db";
import type { Context } from "@gaia/kit/context";
import type { ChatDeps } from "../deps.ts";
import { mu } from "./mu.ts";
import { findDefaultPersona, insertPersona, makeSystemPersonaDefault, systemOwner } from "./persona-repository.ts";

export interface DefaultPersona {
  readonly persona: Persona;
  readonly wasCreated: boolean;
}

/** The default persona. Where it was deleted, Mu comes back as it was in the beginning. */
export async function ensureDefaultPersona(
  { kysely, now }: Pick<ChatDeps, "kysely" | "now">,
  context: Context,
): Promise<DefaultPersona> {
  const known = await findDefaultPersona(kysely);
  if (known !== undefined) return { persona: known, wasCreated: false };
  const moment = now();
  return kysely.transaction().execute(async (transaction) => {
    await makeSystemPersonaDefault(transaction, mu.name);
    const created = await insertPersona(transaction, { ...mu, created_by: systemOwner, is_default: true }, moment);
    if (created === undefined) return { persona: await requireDefault(transaction), wasCreated: false };
    const entry = { action: "persona.created", target: { type: "persona", id: created.id } } as const;
    await appendAuditEntry(transaction, context, { ...entry, after: { is_default: true } }, moment);
    return { persona: created, wasCreated: true };
  });
}

// Somebody else was faster.
async function requireDefault(transaction: ChatDeps["kysely"]): Promise<Persona> {
  const persona = await findDefaultPersona(transaction);
  if (persona === undefined) throw new Error("There is no default persona, and none can be made");
  return persona;
}
