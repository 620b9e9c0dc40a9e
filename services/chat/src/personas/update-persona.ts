import { isDeepStrictEqual } from "node:util";
import type { chat, InputOf, OutputOf, Persona } from "@gaia/contracts";
import { appendAuditEntry, type Tables } from "@gaia/db";
import type { Context } from "@gaia/kit/context";
import type { Kysely } from "kysely";
import type { ChatDeps } from "../deps.ts";
import { forgetDefaultPersona } from "./choose-persona.ts";
import { nameTaken } from "./create-persona.ts";
import { lockPersona, type PersonaFields, updateFields } from "./persona-repository.ts";
import { personaNotFound, requirePersona } from "./require-persona.ts";

type UpdateDeps = Pick<ChatDeps, "kysely" | "transport" | "cache" | "now">;

export async function updatePersona(
  deps: UpdateDeps,
  context: Context,
  { persona_id: id, ...wish }: InputOf<typeof chat.updatePersona>,
): Promise<OutputOf<typeof chat.updatePersona>> {
  const known = await requirePersona(deps, context, { id, action: "write" });
  // Who may write may not open it to everybody, nor hide it.
  const isShown = (wish.visibility ?? known.visibility) !== known.visibility;
  if (isShown) await requirePersona(deps, context, { id, action: "admin" });
  const change = (transaction: Kysely<Tables>) =>
    changePersona({ ...deps, kysely: transaction }, context, { id, wish });
  const persona = await deps.kysely
    .transaction()
    .execute(change)
    .catch((error: unknown) => {
      throw isNameTaken(error) ? nameTaken(wish.name ?? "") : error;
    });
  if (persona.is_default) await forgetDefaultPersona(deps);
  return { success: true, message: "Persona updated successfully", persona };
}

type Wish = Omit<InputOf<typeof chat.updatePersona>, "persona_id">;

async function changePersona(
  { kysely, now }: Pick<ChatDeps, "kysely" | "now">,
  context: Context,
  { id, wish }: { readonly id: string; readonly wish: Wish },
): Promise<Persona> {
  const persona = await lockPersona(kysely, id);
  if (persona === undefined || !persona.is_active) throw personaNotFound(id);
  const changes = pickChanges(persona, wish);
  const changed = Object.keys(changes);
  if (changed.length === 0) return persona;
  const moment = now();
  const updated = await updateFields(kysely, id, changes, moment);
  const isShown = changes.visibility !== undefined;
  await appendAuditEntry(
    kysely,
    context,
    {
      action: "persona.changed",
      target: { type: "persona", id },
      ...(isShown ? { before: { visibility: persona.visibility }, after: { visibility: updated.visibility } } : {}),
      // Texts do not belong into a trail that cannot forget them.
      details: { changed },
    },
    moment,
  );
  return updated;
}

function pickChanges(persona: Persona, wish: Wish): Partial<PersonaFields> {
  const fields = ["name", "description", "system_prompt", "personality_traits", "capabilities"] as const;
  const given = [...fields, "settings" as const, "visibility" as const].filter((field) => {
    const value = wish[field];
    return value !== undefined && value !== null && !isDeepStrictEqual(value, persona[field]);
  });
  return Object.fromEntries(given.map((field) => [field, wish[field]]));
}

function isNameTaken(error: unknown): boolean {
  return error instanceof Error && "constraint" in error && error.constraint === "idx_personas_owner_name";
}
