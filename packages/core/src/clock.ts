/** The only source of time in the SDK. Tests use the virtual clock of `@bridge/chaos-core/testkit`. */
export interface Clock {
  /** Monotonic milliseconds since an arbitrary origin. Never compared across processes. */
  now(): number;
  /** Wall clock, milliseconds since the Unix epoch. For display and calendars, never for durations. */
  wall(): number;
  /**
   * Calls back once after `delay` ms, up to a millisecond early where Node's timer is: what must not happen too soon is
   * judged by `now()`. Disposing cancels. `ref: false` does not keep the process alive (default true).
   */
  timer(delay: number, callback: () => void, options?: { readonly ref?: boolean }): Disposable;
  /** Resolves after `delay` ms; rejects with the signal's reason when aborted. */
  sleep(delay: number, options?: SleepOptions): Promise<void>;
}

export interface SleepOptions {
  readonly signal?: AbortSignal | undefined;
  readonly ref?: boolean;
}

/** Node refuses longer timers: it fires them at once (TimeoutOverflowWarning). */
const LONGEST_TIMER = 2 ** 31 - 1;

function systemTimer(delay: number, callback: () => void, ref: boolean): Disposable {
  let handle: NodeJS.Timeout;
  const arm = (left: number): void => {
    const step = Math.min(left, LONGEST_TIMER);
    handle = setTimeout(() => (left > step ? arm(left - step) : callback()), step);
    if (!ref) handle.unref();
  };
  arm(delay);
  return { [Symbol.dispose]: () => clearTimeout(handle) };
}

/** `sleep` in terms of `timer`, shared by every clock. */
export function sleepOn(
  clock: Pick<Clock, 'timer'>,
  delay: number,
  { signal, ref = true }: SleepOptions,
): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const onAbort = (): void => {
      timer[Symbol.dispose]();
      reject(signal?.reason);
    };
    const timer = clock.timer(
      delay,
      () => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      },
      { ref },
    );
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

/** Kept from the start: a host whose `Date` is skewed on purpose must not skew the journal. */
const trueWall = Date.now;

export const systemClock: Clock = {
  now: () => performance.now(),
  wall: () => trueWall(),
  timer: (delay, callback, options) => systemTimer(delay, callback, options?.ref ?? true),
  sleep: (delay, options = {}) => sleepOn(systemClock, delay, options),
};
