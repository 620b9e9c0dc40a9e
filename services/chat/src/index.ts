import type { Service } from "@gaia/kit/service";
import type { ChatDeps } from "./deps.ts";
import { chatHandlers } from "./handlers.ts";

export type { ChatDeps } from "./deps.ts";
export { createStreamLog } from "./stream-log/stream-log.ts";
export { purgeStreams } from "./stream-log/stream-repository.ts";
export { createUsageRecorder } from "./usage/usage-recorder.ts";

export function createChatService(deps: ChatDeps, version: string): Service {
  const stopping = new AbortController();
  return {
    name: "chat",
    version,
    start: () => deps.streams.start(),
    bindings: chatHandlers({ ...deps, stopping: stopping.signal }),
    async stop() {
      stopping.abort();
      await deps.background.drain();
      await deps.usage.flush();
      await deps.models.close();
    },
  };
}
