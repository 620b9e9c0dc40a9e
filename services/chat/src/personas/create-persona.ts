import { type chat, conflict, type GaiaError, type InputOf, type OutputOf, type Persona } from "@gaia/contracts";
import { appendAuditEntry } from "@gaia/db";
import type { Context } from "@gaia/kit/context";
import { identifyCaller } from "../caller-identity.ts";
import type { ChatDeps } from "../deps.ts";
import { insertPersona, type PersonaFields } from "./persona-repository.ts";

type CreateDeps = Pick<ChatDeps, "kysely" | "now">;

export async function createPersona(
  deps: CreateDeps,
  context: Context,
  input: InputOf<typeof chat.createPersona>,
): Promise<OutputOf<typeof chat.createPersona>> {
  const persona = await storePersona(deps, context, toFields(input));
  return { success: true, message: "Persona created successfully", persona };
}

/** What a request leaves out, a persona has not. */
export function toFields(input: InputOf<typeof chat.createPersona>): PersonaFields {
  const { name, description, system_prompt, personality_traits, capabilities, settings, visibility } = input;
  return {
    name,
    description,
    system_prompt,
    personality_traits: personality_traits ?? {},
    capabilities: capabilities ?? {},
    settings: settings ?? {},
    visibility: visibility ?? "private",
  };
}

export async function storePersona(
  { kysely, now }: CreateDeps,
  context: Context,
  fields: PersonaFields,
): Promise<Persona> {
  const { userId } = identifyCaller(context);
  const moment = now();
  return kysely.transaction().execute(async (transaction) => {
    const persona = await insertPersona(transaction, { ...fields, created_by: userId }, moment);
    if (persona === undefined) throw nameTaken(fields.name);
    const target = { type: "persona", id: persona.id };
    const after = { visibility: persona.visibility };
    await appendAuditEntry(transaction, context, { action: "persona.created", target, after }, moment);
    return persona;
  });
}

export function nameTaken(name: string): GaiaError {
  return conflict("persona.name_taken", `You already have a persona with this name: ${name}`);
}
