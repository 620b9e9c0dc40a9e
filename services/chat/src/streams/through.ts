/**
 * A transform whose every item is one call of `next`. An async generator reads more easily, but costs each item three
 * promises, and a chunk of an answer passes by many.
 */
export function through<T>(
  source: AsyncIterable<T>,
  next: (iterator: AsyncIterator<T, unknown>) => Promise<IteratorResult<T, unknown>>,
): AsyncIterableIterator<T> {
  const iterator = source[Symbol.asyncIterator]();
  return {
    next: () => next(iterator),
    async return() {
      await iterator.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
