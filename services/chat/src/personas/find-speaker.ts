import type { PersonaSettings } from "@gaia/contracts";
import type { Context } from "@gaia/kit/context";
import { identifyCaller } from "../caller-identity.ts";
import { type ChooseDeps, choosePersona } from "./choose-persona.ts";
import { findUserName } from "./persona-repository.ts";
import type { Speaker as PromptFacts } from "./prompt/compose-system-prompt.ts";
import { mentions } from "./prompt/expand-template.ts";
import { readSettings } from "./settings/read-settings.ts";

export interface Speaker extends PromptFacts {
  readonly settings: PersonaSettings;
}

/** Who answers the caller, with what the prompt needs; `null` where no persona is wanted. */
export async function findSpeaker(
  deps: ChooseDeps,
  context: Context,
  personaId: string | null | undefined,
): Promise<Speaker | null> {
  if (personaId === undefined) return null;
  const persona = await choosePersona(deps, context, personaId);
  const isNamed = mentions(persona.system_prompt, "user_name");
  const userName = isNamed ? await findUserName(deps.kysely, identifyCaller(context).userId) : null;
  return { persona, settings: readSettings(persona), userName, now: deps.now() };
}
