import { chat } from "@gaia/contracts";
import { type Binding, implement, implementStream } from "@gaia/kit/binding";
import type { ChatDeps } from "../deps.ts";
import { createPersona } from "./create-persona.ts";
import { deletePersona } from "./delete-persona.ts";
import { getCurrentPersona } from "./get-current-persona.ts";
import { getPersona } from "./get-persona.ts";
import { initializeDefaultPersona } from "./initialize-default-persona.ts";
import { listOlderPersonas, listPersonas } from "./list-personas.ts";
import { exportPersona } from "./markdown/export-persona.ts";
import { importPersona } from "./markdown/import-persona.ts";
import { setPersona } from "./set-persona.ts";
import { sharePersona } from "./share-persona.ts";
import { updatePersona } from "./update-persona.ts";

export const personaHandlers = (deps: ChatDeps): Binding[] => [
  implement(chat.listPersonas, (context, input) => listPersonas(deps, context, input)),
  implement(chat.listOlderPersonas, (context, input) => listOlderPersonas(deps, context, input)),
  implement(chat.getCurrentPersona, (context) => getCurrentPersona(deps, context)),
  implement(chat.getPersona, (context, input) => getPersona(deps, context, input)),
  implement(chat.createPersona, (context, input) => createPersona(deps, context, input)),
  implement(chat.updatePersona, (context, input) => updatePersona(deps, context, input)),
  implement(chat.deletePersona, (context, input) => deletePersona(deps, context, input)),
  implement(chat.setPersona, (context, input) => setPersona(deps, context, input)),
  implement(chat.initializeDefaultPersona, (context) => initializeDefaultPersona(deps, context)),
  implementStream(chat.exportPersona, (context, input) => exportPersona(deps, context, input)),
  implement(chat.importPersona, (context, input) => importPersona(deps, context, input)),
  implement(chat.sharePersona, (context, input) => sharePersona(deps, context, input)),
];
