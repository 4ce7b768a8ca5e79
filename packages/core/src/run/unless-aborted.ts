/**
 * The awaited value, or a rejection with the signal's reason as soon as it is aborted. A value that comes after that is
 * given to `late`; a rejection that comes after that has nobody left to tell and is dropped.
 */
export async function unlessAborted<Value>(
  awaited: Promise<Value>,
  signal: AbortSignal,
  late: (value: Value) => unknown = () => {},
): Promise<Value> {
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => aborted.reject(signal.reason);
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([aborted.promise, awaited]);
  } catch (error) {
    if (signal.aborted) void awaited.then(late).catch(() => {});
    throw error;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
