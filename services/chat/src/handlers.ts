import { chat } from "@gaia/contracts";
import { type Binding, implement, implementStream } from "@gaia/kit/binding";
import { completionHandlers } from "./completions/handlers.ts";
import { conversationHandlers } from "./conversations/handlers.ts";
import type { ChatDeps } from "./deps.ts";
import { createEmbeddings } from "./embeddings/create-embeddings.ts";
import { getModel } from "./models/get-model.ts";
import { listModels } from "./models/list-models.ts";
import { streamHandlers } from "./stream-log/handlers.ts";
import { personaHandlers } from "./personas/handlers.ts";

export const chatHandlers = (deps: ChatDeps): Binding[] => [
  ...completionHandlers(deps),
  implementStream(chat.createEmbeddings, (context, request) => createEmbeddings(deps, context, request)),
  ...conversationHandlers(deps),
  ...personaHandlers(deps),
  ...streamHandlers(deps),
  implement(chat.listModels, () => listModels(deps)),
  implement(chat.getModel, (_context, input) => getModel(deps, input)),
];
