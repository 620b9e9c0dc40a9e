import type { chat, InputOf, OutputOf } from "@gaia/contracts";
import type { Context } from "@gaia/kit/context";
import type { ChatDeps } from "../../deps.ts";
import { storePersona, toFields } from "../create-persona.ts";
import { markdownToPersona } from "./markdown-to-persona.ts";

/** Whoever imports it owns it, and nobody else sees it at first. */
export async function importPersona(
  deps: Pick<ChatDeps, "kysely" | "now">,
  context: Context,
  { markdown, name }: InputOf<typeof chat.importPersona>,
): Promise<OutputOf<typeof chat.importPersona>> {
  const persona = await storePersona(deps, context, toFields(markdownToPersona(markdown, name)));
  return { success: true, message: "Persona imported successfully", persona };
}
