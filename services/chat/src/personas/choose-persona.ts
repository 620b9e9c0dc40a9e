import { chat, type Persona } from "@gaia/contracts";
import type { Context } from "@gaia/kit/context";
import { identifyCaller } from "../caller-identity.ts";
import type { ChatDeps } from "../deps.ts";
import { decideOnPersona } from "./decide-on-persona.ts";
import { ensureDefaultPersona } from "./ensure-default-persona.ts";
import { findPreferredPersona } from "./persona-repository.ts";
import { requirePersona } from "./require-persona.ts";

export type ChooseDeps = Pick<ChatDeps, "kysely" | "cache" | "transport" | "now">;

const cacheKey = "persona:default:v2";
const cacheSeconds = 30;

/** How clients name the default persona, whoever it is. */
export const defaultReference = "default";

/** The persona that was asked for, else the one that the caller has chosen, else the default one. */
export async function choosePersona(
  deps: ChooseDeps,
  context: Context,
  personaId: string | null | undefined,
): Promise<Persona> {
  if (personaId === defaultReference) return defaultPersona(deps, context);
  if (personaId === undefined || personaId === null) return currentPersona(deps, context);
  return requirePersona(deps, context, { id: personaId, action: "read" });
}

/** The caller's choice; the default where there is none, it was deleted, or the caller may no longer read it. */
async function currentPersona(deps: ChooseDeps, context: Context): Promise<Persona> {
  const preferred = await findPreferredPersona(deps.kysely, identifyCaller(context).userId);
  if (preferred !== undefined && (await decideOnPersona(deps, context, "read", preferred))) return preferred;
  return defaultPersona(deps, context);
}

async function defaultPersona(deps: ChooseDeps, context: Context): Promise<Persona> {
  const { cache } = deps;
  const cached = chat.Persona.safeParse(parseJson(await cache.get(cacheKey)));
  if (cached.success) return cached.data;
  const { persona } = await ensureDefaultPersona(deps, context);
  await cache.set(cacheKey, JSON.stringify(persona), cacheSeconds);
  return persona;
}

/** After a change of what may be the default persona. */
export async function forgetDefaultPersona({ cache }: Pick<ChatDeps, "cache">): Promise<void> {
  await cache.delete(cacheKey);
}

function parseJson(text: string | undefined): unknown {
  return text === undefined ? undefined : JSON.parse(text);
}
