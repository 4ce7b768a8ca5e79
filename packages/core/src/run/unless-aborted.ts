/**
 * The awaited value, or a rejection with the signal's reason as soon as it is aborted. A value that comes after that is
 * given to `late`; a rejection that comes after that has nobody left to tell and is dropped.
 */
export function unlessAborted<Value>(
  awaited: Promise<Value>,
  signal: AbortSignal,
  late: (value: Value) => unknown = () => {},
): Promise<Value> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      reject(signal.reason);
      void awaited.then(late).catch(() => {});
    };
    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    const deaf = (): void => signal.removeEventListener('abort', onAbort);
    awaited.then(
      (value) => {
        deaf();
        resolve(value);
      },
      (error: unknown) => {
        deaf();
        reject(error);
      },
    );
  });
}
