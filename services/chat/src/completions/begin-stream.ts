const patienceMs = 10_000;

/**
 * Waits for the first item, so that a failure up to then can still be an HTTP status. A model that thinks for longer
 * than the patience gets its 200 all the same, so that no proxy gives up on a silent connection.
 */
export async function beginStream<T>(
  source: AsyncGenerator<T, void, undefined>,
): Promise<AsyncIterableIterator<T, void, undefined>> {
  const first = source.next();
  const { promise: slow, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, patienceMs);
  try {
    await Promise.race([first, slow]);
  } finally {
    clearTimeout(timer);
  }
  return continueFrom(first, source);
}

function continueFrom<T>(
  first: Promise<IteratorResult<T, void>>,
  source: AsyncGenerator<T, void, undefined>,
): AsyncIterableIterator<T, void, undefined> {
  let waiting: typeof first | undefined = first;
  return {
    next() {
      const next = waiting ?? source.next();
      waiting = undefined;
      return next;
    },
    return: () => source.return(),
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
