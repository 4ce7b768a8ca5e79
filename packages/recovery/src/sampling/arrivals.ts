import { seededRandom } from '@bridge/chaos-core';

/** When checks are due, whatever came of those before (open loop). Rates are per second, durations in ms. */
export type Arrivals =
  /** One every `every` ms. */
  | { readonly kind: 'constant'; readonly every: number }
  /** Independent arrivals, one every `every` ms on average: the gaps are exponential. */
  | { readonly kind: 'poisson'; readonly every: number; readonly seed: number }
  /** From one rate to another in a straight line over `over` ms, then on at the second. */
  | { readonly kind: 'ramp'; readonly from: number; readonly to: number; readonly over: number };

/** Ascending offsets in ms from the start of the plan; never ends. */
export function* arrivalOffsets(arrivals: Arrivals): Generator<number, never> {
  switch (arrivals.kind) {
    case 'constant':
      requireAbove(arrivals.every, 'every');
      for (let index = 0; ; index += 1) yield index * arrivals.every;
    case 'poisson': {
      requireAbove(arrivals.every, 'every');
      const random = seededRandom(arrivals.seed);
      for (let at = 0; ; ) {
        at -= arrivals.every * Math.log1p(-random.next());
        yield at;
      }
    }
    case 'ramp':
      for (let index = 0; ; index += 1) yield rampOffset(arrivals, index);
  }
}

/** The time at which the area under the rate has reached `index` arrivals. */
function rampOffset({ from, to, over }: Extract<Arrivals, { kind: 'ramp' }>, index: number): number {
  if (!(from >= 0 && to > 0 && over > 0)) {
    throw new RangeError(`expected a ramp from >= 0 to > 0 over > 0, got ${from} to ${to} over ${over}`);
  }
  const seconds = over / 1000;
  const during = ((from + to) / 2) * seconds;
  if (index >= during) return over + ((index - during) / to) * 1000;
  const slope = (to - from) / seconds;
  // Root of slope/2·t² + from·t = index, in the form that loses no digits when the slope is small.
  return ((2 * index) / (from + Math.sqrt(from ** 2 + 2 * slope * index) || 1)) * 1000;
}

function requireAbove(value: number, name: string): void {
  if (!(value > 0)) throw new RangeError(`expected ${name} > 0, got ${value}`);
}

/** Milliseconds between arrivals at the plan's highest rate: what the sampler must keep up with. */
export function shortestInterval(arrivals: Arrivals): number {
  return arrivals.kind === 'ramp' ? 1000 / Math.max(arrivals.from, arrivals.to) : arrivals.every;
}
