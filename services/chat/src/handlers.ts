import { chat } from "@gaia/contracts";
import { type Binding, implement } from "@gaia/kit/binding";
import { completionHandlers } from "./completions/handlers.ts";
import type { ChatDeps } from "./deps.ts";
import { getModel } from "./models/get-model.ts";
import { listModels } from "./models/list-models.ts";
import { listPersonas } from "./personas/list-personas.ts";

export const chatHandlers = (deps: ChatDeps): Binding[] => [
  ...completionHandlers(deps),
  implement(chat.listModels, () => listModels(deps)),
  implement(chat.getModel, (_context, input) => getModel(deps, input)),
  implement(chat.listPersonas, () => listPersonas(deps)),
];
