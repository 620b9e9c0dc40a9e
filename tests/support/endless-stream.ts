import type { Script, WireFormat } from "./mock-providers.ts";

/** A stream that says another word every 20 ms until its reader goes away. */
export function streamForever(format: WireFormat, word: string): Script {
  return (response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(format.begin([word]));
    // A stream may begin twice for all that a reader of words cares.
    const timer = setInterval(() => response.write(format.begin([word])), 20);
    response.on("close", () => clearInterval(timer));
  };
}

export interface StreamEnding {
  /** `performance.now()` when the last byte came. */
  readonly lastByteAt: number;
  readonly text: string;
}

export interface RunningStream {
  /** Resolves at the first byte. */
  readonly begun: Promise<void>;
  /** Resolves when nothing more comes, whether the stream was closed or cut. */
  readonly ended: Promise<StreamEnding>;
}

/** Reads a stream as it comes and notes when it stopped. */
export function watchStream(response: Response): RunningStream {
  const begun = Promise.withResolvers<void>();
  const read = async (): Promise<StreamEnding> => {
    let text = "";
    let lastByteAt = performance.now();
    try {
      for await (const piece of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
        text += piece;
        lastByteAt = performance.now();
        begun.resolve();
      }
    } catch {
      // Cut off instead of closed.
    }
    return { lastByteAt, text };
  };
  return { begun: begun.promise, ended: read() };
}
