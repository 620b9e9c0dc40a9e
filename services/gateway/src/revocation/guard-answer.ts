import type { Dialect } from "@gaia/contracts";
import { type EndableResponse, makeEndable } from "./endable-response.ts";
import type { OpenStream, OpenStreams } from "./open-streams.ts";

export interface Guarded extends Omit<OpenStream, "end"> {
  readonly dialect: Dialect;
}

/**
 * Gets an answer in such a way that a revocation ends it, whether it has begun or not. `send` gets a signal for the
 * time before it has: what is not wanted any more should not be worked on.
 */
export async function guardAnswer(
  streams: OpenStreams,
  { dialect, ...guarded }: Guarded,
  send: (revocation: AbortSignal) => Promise<Response>,
): Promise<Response> {
  const revocation = new AbortController();
  const early = Promise.withResolvers<never>();
  let begun: EndableResponse | undefined;
  const remove = streams.add({
    ...guarded,
    end(error) {
      if (begun !== undefined) return begun.end(error);
      early.reject(error);
      revocation.abort(error);
    },
  });
  const sent = send(revocation.signal);
  try {
    const answer = await Promise.race([sent, early.promise]);
    begun = makeEndable(answer, { dialect, requestId: guarded.requestId, onClosed: remove });
    return begun.response;
  } catch (error) {
    remove();
    // An answer that comes too late is thrown away.
    if (revocation.signal.aborted) sent.then((late) => late.body?.cancel()).catch(() => undefined);
    throw error;
  }
}
