import type { Service } from "@gaia/kit/service";
import type { ChatDeps } from "./deps.ts";
import { chatHandlers } from "./handlers.ts";

export type { ChatDeps } from "./deps.ts";
export { createUsageRecorder } from "./usage/usage-recorder.ts";

export function createChatService(deps: ChatDeps, version: string): Service {
  return {
    name: "chat",
    version,
    bindings: chatHandlers(deps),
    async stop() {
      await deps.background.drain();
      await deps.usage.flush();
      await deps.models.close();
    },
  };
}
