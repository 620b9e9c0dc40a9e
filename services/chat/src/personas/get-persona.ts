import type { chat, InputOf, OutputOf } from "@gaia/contracts";
import type { Context } from "@gaia/kit/context";
import type { ChatDeps } from "../deps.ts";
import { requirePersona } from "./require-persona.ts";

export async function getPersona(
  deps: Pick<ChatDeps, "kysely" | "transport">,
  context: Context,
  { persona_id: id }: InputOf<typeof chat.getPersona>,
): Promise<OutputOf<typeof chat.getPersona>> {
  const persona = await requirePersona(deps, context, { id, action: "read" });
  return { success: true, message: "Persona retrieved successfully", persona };
}
