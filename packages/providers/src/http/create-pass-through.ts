import type { Dispatcher, Pool } from "undici";
import { providerReasons } from "../errors/failure-traits.ts";
import { interruptedStream, toCallError } from "../errors/to-call-error.ts";
import { toProviderError } from "../errors/to-provider-error.ts";
import type { PassThrough, PassThroughAnswer, PassThroughRequest } from "../pass-through.ts";
import type { Guard } from "../resilience/guard.ts";

interface PassThroughDeps {
  readonly provider: PassThrough["dialect"];
  readonly pool: Pool;
  /** Path of the API root, without a slash at its end. */
  readonly rootPath: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly guard: Guard;
  readonly now: () => number;
}

// Which form of a dialect the answer is to have is the caller's to say; credentials are not.
const negotiable: ReadonlySet<string> = new Set(["anthropic-version"]);

/** See `PassThrough`. The credentials' headers are laid out once, not per request. */
export function createPassThrough({ provider, pool, rootPath, headers, guard, now }: PassThroughDeps): PassThrough {
  const fixed = { "content-type": "application/json", ...headers };
  const fixedHeaders = Object.entries(fixed).flat();
  const fixedNames = new Set(Object.keys(fixed).map((name) => name.toLowerCase()));

  function headersFor({ headers: more }: PassThroughRequest): string[] {
    if (!more) return fixedHeaders;
    const wished = Object.entries(more).map(([name, value]) => [name.toLowerCase(), value] as const);
    const allowed = wished.filter(([name]) => !fixedNames.has(name) || negotiable.has(name));
    const chosen = new Set(allowed.map(([name]) => name));
    const kept = Object.entries(fixed).filter(([name]) => !chosen.has(name.toLowerCase()));
    return [...kept, ...allowed].flat();
  }

  function post(request: PassThroughRequest): Promise<Dispatcher.ResponseData> {
    return pool.request({
      method: "POST",
      path: rootPath + request.path,
      headers: headersFor(request),
      body: request.body,
      signal: request.signal ?? null,
    });
  }

  async function send(request: PassThroughRequest): Promise<PassThroughAnswer> {
    const { signal } = request;
    let refusal: Dispatcher.ResponseData | undefined;
    try {
      return await guard.begin({
        attempt: async () => {
          const response = await post(request);
          if (response.statusCode >= 200 && response.statusCode < 300)
            return toAnswer(response, { signal, finished: () => guard.finished() });
          refusal = response;
          const { statusCode: status, headers: answered } = response;
          throw toProviderError({ status, headers: answered, bodyText: "", provider, now: now() });
        },
        translate: (error) => toCallError(error, { provider, signal }),
        signal,
        beforeRetry: async () => {
          const discarded = refusal;
          refusal = undefined;
          await discarded?.body.dump();
        },
      });
    } catch (error) {
      // Reading a refusal to its end is no success of the provider.
      if (refusal) return toAnswer(refusal, { signal, finished: () => undefined });
      throw error;
    }
  }

  function toAnswer(response: Dispatcher.ResponseData, { signal, finished }: AnswerContext): PassThroughAnswer {
    const fail = (cause: unknown): never => {
      const error = toCallError(cause, { provider, signal });
      const late = error.reason === providerReasons.connection ? interruptedStream(provider, cause) : error;
      guard.failedLate(late);
      throw late;
    };
    return observedAnswer(response, { fail, finished });
  }

  return { provider, dialect: provider, send };
}

interface AnswerContext {
  readonly signal: AbortSignal | undefined;
  readonly finished: () => void;
}

interface BodyObserver {
  readonly fail: (cause: unknown) => never;
  readonly finished: () => void;
}

function observedAnswer(response: Dispatcher.ResponseData, observer: BodyObserver): PassThroughAnswer {
  const { statusCode: status, headers, body } = response;
  const noteEnd = (text: string): string => {
    observer.finished();
    return text;
  };
  return {
    status,
    headers,
    body: observe(body, observer),
    text: () => body.text().then(noteEnd, observer.fail),
  };
}

// By hand instead of an async generator, which would add two promises to every chunk.
function observe(source: AsyncIterable<Uint8Array>, { fail, finished }: BodyObserver): AsyncIterable<Uint8Array> {
  return {
    [Symbol.asyncIterator]() {
      const iterator = source[Symbol.asyncIterator]();
      // Some readers also call `return` after a failure, and then nothing has finished.
      let isOver = false;
      const end = () => {
        if (!isOver) finished();
        isOver = true;
      };
      const noteEnd = (result: IteratorResult<Uint8Array>) => {
        if (result.done) end();
        return result;
      };
      const noteFailure = (cause: unknown) => {
        isOver = true;
        return fail(cause);
      };
      return {
        next: () => iterator.next().then(noteEnd, noteFailure),
        return: async () => {
          end();
          await iterator.return?.();
          return { done: true, value: undefined };
        },
      };
    },
  };
}
