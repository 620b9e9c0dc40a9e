import { chat, notFound, type Persona } from "@gaia/contracts";
import type { ChatDeps } from "../deps.ts";
import { findActivePersona, findActivePersonaByName } from "./persona-repository.ts";

const defaultName = "Mu";
const cacheKey = "persona:default";
const cacheSeconds = 30;
const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** The persona that was asked for, or Mu. `null` where Mu was switched off: then nobody speaks through a persona. */
export async function choosePersona(
  deps: Pick<ChatDeps, "kysely" | "cache">,
  personaId: string | null | undefined,
): Promise<Persona | null> {
  if (personaId === undefined || personaId === null || personaId === "default") return defaultPersona(deps);
  const persona = uuid.test(personaId) ? await findActivePersona(deps.kysely, personaId) : undefined;
  if (persona === undefined) throw notFound("Persona", personaId);
  return persona;
}

async function defaultPersona({ kysely, cache }: Pick<ChatDeps, "kysely" | "cache">): Promise<Persona | null> {
  const cached = await cache.get(cacheKey);
  if (cached !== undefined) return chat.Persona.parse(JSON.parse(cached));
  const persona = await findActivePersonaByName(kysely, defaultName);
  if (persona === undefined) return null;
  await cache.set(cacheKey, JSON.stringify(persona), cacheSeconds);
  return persona;
}
