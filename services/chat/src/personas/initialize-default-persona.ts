import type { chat, OutputOf } from "@gaia/contracts";
import type { Context } from "@gaia/kit/context";
import type { ChatDeps } from "../deps.ts";
import { ensureDefaultPersona } from "./ensure-default-persona.ts";

export async function initializeDefaultPersona(
  deps: Pick<ChatDeps, "kysely" | "now">,
  context: Context,
): Promise<OutputOf<typeof chat.initializeDefaultPersona>> {
  const { persona, wasCreated } = await ensureDefaultPersona(deps, context);
  const message = wasCreated ? "Default persona created successfully" : "Default persona already exists";
  return { success: true, message, persona, was_created: wasCreated };
}
