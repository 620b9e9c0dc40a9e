import { forbidden, GaiaError, type Persona } from "@gaia/contracts";
import type { Context } from "@gaia/kit/context";
import type { ChatDeps } from "../deps.ts";
import { decideOnPersona, type PersonaAction } from "./decide-on-persona.ts";
import { findPersona } from "./persona-repository.ts";

const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

interface Wanted {
  readonly id: string;
  readonly action: PersonaAction;
  /** Deleted ones are found too. */
  readonly evenDeleted?: true;
}

/** The persona, if the caller may do that: `NOT_FOUND` for who may not even read it, `FORBIDDEN` for who may no more. */
export async function requirePersona(
  deps: Pick<ChatDeps, "kysely" | "transport">,
  context: Context,
  { id, action, evenDeleted }: Wanted,
): Promise<Persona> {
  const persona = uuid.test(id) ? await findPersona(deps.kysely, id) : undefined;
  if (persona === undefined || (!persona.is_active && evenDeleted !== true)) throw personaNotFound(id);
  if (await decideOnPersona(deps, context, action, persona)) return persona;
  if (action === "read" || !(await decideOnPersona(deps, context, "read", persona))) throw personaNotFound(id);
  throw forbidden(`persona:${action}`);
}

export function personaNotFound(id: string): GaiaError {
  return new GaiaError("NOT_FOUND", `Persona not found: ${id}`, { reason: "persona.not_found" });
}
