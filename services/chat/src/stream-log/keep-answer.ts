import type { GaiaError } from "@gaia/contracts";
import type { Ending } from "./stream-repository.ts";
import type { StreamWriter } from "./stream-writer.ts";

// A piece holds whole events, maybe several.
const betweenEvents = /(?<=\n\r?\n)(?!$)/;

/** Reads an answer to its end for whoever follows it, now or later. `failure` is asked when there is no more. */
export async function keepAnswer(
  events: AsyncIterable<Uint8Array>,
  writer: StreamWriter,
  failure: () => GaiaError | undefined,
): Promise<void> {
  const decoder = new TextDecoder();
  for await (const piece of events) {
    for (const frame of decoder.decode(piece).split(betweenEvents)) writer.append(frame);
  }
  await writer.end(endingOf(failure()));
}

function endingOf(error: GaiaError | undefined): Ending {
  if (error === undefined) return { status: "complete", errorCode: null };
  return { status: error.code === "CANCELLED" ? "cancelled" : "failed", errorCode: error.code };
}
