/**
 * Replaces the global `Date` by one whose present is `skew()` milliseconds away. Dates it makes are ordinary dates.
 * Giving back restores the host's own, unless somebody has replaced ours: then it stays below and tells the true time.
 */
export function skewDate(skew: () => number): Disposable {
  const own = globalThis.Date;
  let isOver = false;
  const now = (): number => own.now() + (isOver ? 0 : skew());
  const ours: DateConstructor = new Proxy(own, {
    construct(target, args, newTarget): object {
      return Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget === ours ? target : newTarget);
    },
    apply: () => new own(now()).toString(),
    get(target, key, receiver) {
      return key === 'now' ? now : Reflect.get(target, key, receiver);
    },
  });
  globalThis.Date = ours;
  return {
    [Symbol.dispose]() {
      isOver = true;
      if (globalThis.Date === ours) globalThis.Date = own;
    },
  };
}
