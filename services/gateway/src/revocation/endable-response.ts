import { type Dialect, type GaiaError } from "@gaia/contracts";
import { errorBody } from "@gaia/kit/render-error";

interface EndOptions {
  readonly dialect: Dialect;
  readonly requestId: string;
  /** Called once when nothing more comes, however it ended. */
  readonly onClosed: () => void;
}

export interface EndableResponse {
  readonly response: Response;
  /** Nothing of the answer leaves after this. An event stream gets the error as its last event; anything else breaks off. */
  end(error: GaiaError): void;
}

const newline = 10;
const shortBytes = 65_536;

/** An answer that can be ended from outside. Its bytes pass as they are, one chunk at a time, no sooner than asked for. */
export function makeEndable(answer: Response, options: EndOptions): EndableResponse {
  if (answer.body === null || isShort(answer)) {
    options.onClosed();
    return { response: answer, end: () => undefined };
  }
  const source = new EndableSource(answer.body.getReader(), options.onClosed);
  const isEventStream = answer.headers.get("content-type")?.startsWith("text/event-stream") === true;
  return {
    response: new Response(new ReadableStream(source, { highWaterMark: 0 }), {
      status: answer.status,
      headers: answer.headers,
    }),
    end: (error) => source.end(error, isEventStream ? lastEvent(error, options) : null),
  };
}

// Short and complete: it will have left before anybody could end it.
function isShort({ headers }: Response): boolean {
  const length = headers.get("content-length");
  return length !== null && Number(length) <= shortBytes;
}

class EndableSource {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #onClosed: () => void;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #isClosed = false;
  // The start of a stream is between two events as well.
  #isBetweenEvents = true;

  constructor(reader: ReadableStreamDefaultReader<Uint8Array>, onClosed: () => void) {
    this.#reader = reader;
    this.#onClosed = onClosed;
  }

  start(controller: ReadableStreamDefaultController<Uint8Array>): void {
    this.#controller = controller;
  }

  async pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    const { value } = await this.#read();
    if (this.#isClosed) return;
    if (value === undefined) {
      this.#close();
      controller.close();
      return;
    }
    this.#isBetweenEvents = value.at(-1) === newline && value.at(-2) === newline;
    controller.enqueue(value);
  }

  async cancel(reason: unknown): Promise<void> {
    this.#close();
    await this.#reader.cancel(reason);
  }

  end(error: GaiaError, lastEvent: Uint8Array | null): void {
    if (this.#isClosed) return;
    this.#close();
    // Half an event followed by another would be read as one that is neither.
    if (lastEvent !== null && this.#isBetweenEvents) {
      this.#controller?.enqueue(lastEvent);
      this.#controller?.close();
    } else {
      this.#controller?.error(error);
    }
    void this.#giveUp(error);
  }

  async #giveUp(error: GaiaError): Promise<void> {
    try {
      await this.#reader.cancel(error);
    } catch {
      // It had failed by itself meanwhile.
    }
  }

  async #read(): Promise<{ readonly value?: Uint8Array | undefined }> {
    try {
      return await this.#reader.read();
    } catch (error) {
      if (this.#isClosed) return {};
      this.#close();
      throw error;
    }
  }

  #close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#onClosed();
  }
}

function lastEvent(error: GaiaError, { dialect, requestId }: EndOptions): Uint8Array {
  const body = errorBody(error, dialect === "html" ? "gaia" : dialect, requestId);
  const name = dialect === "anthropic" ? "event: error\n" : "";
  return new TextEncoder().encode(`${name}data: ${JSON.stringify(body)}\n\n`);
}
