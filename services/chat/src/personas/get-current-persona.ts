import type { chat, OutputOf } from "@gaia/contracts";
import type { Context } from "@gaia/kit/context";
import { type ChooseDeps, choosePersona } from "./choose-persona.ts";

export async function getCurrentPersona(
  deps: ChooseDeps,
  context: Context,
): Promise<OutputOf<typeof chat.getCurrentPersona>> {
  const persona = await choosePersona(deps, context, null);
  return { success: true, message: "Current persona retrieved successfully", persona };
}
