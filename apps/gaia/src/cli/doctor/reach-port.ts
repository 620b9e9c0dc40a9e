import { once } from "node:events";
import { connect } from "node:net";

const timeoutMs = 3_000;

/** Why no connection to a port comes about; undefined when one does. */
export async function reachPort(port: number, host: string): Promise<string | undefined> {
  const socket = connect({ port, host });
  try {
    await once(socket, "connect", { signal: AbortSignal.timeout(timeoutMs) });
    return undefined;
  } catch (error) {
    if (!(error instanceof Error)) return String(error);
    return "code" in error && typeof error.code === "string" ? error.code : error.message;
  } finally {
    socket.destroy();
  }
}
