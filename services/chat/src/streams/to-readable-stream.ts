interface ReadableOptions {
  /** Aborts whatever feeds the source: a generator that waits cannot be stopped from outside. */
  readonly onCancel?: (reason: unknown) => void;
}

/** Pulls one piece for each read, so a slow reader slows the source down. */
export function toReadableStream(
  source: AsyncIterable<Uint8Array>,
  { onCancel }: ReadableOptions = {},
): ReadableStream<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]();
  let isCancelled = false;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const result = await iterator.next();
        if (isCancelled) return;
        if (result.done) controller.close();
        else controller.enqueue(result.value);
      },
      async cancel(reason) {
        isCancelled = true;
        onCancel?.(reason);
        await iterator.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}
