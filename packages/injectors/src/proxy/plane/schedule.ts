import type { Random } from '@bridge/chaos-core';

type Put = (piece: Buffer, due: number) => void;

/** Decides when bytes may go on. `due` never goes backwards. */
export interface Schedule {
  /** Bytes held at which the sender is made to wait. */
  readonly capacity: number;
  /** Cuts a chunk that arrived `now` into pieces and says when each is due. */
  plan(chunk: Buffer, now: number, put: Put): void;
  /** When a FIN that arrived `now` is due. */
  end(now: number): number;
}

/** Large enough that latency alone does not cap throughput on a fast link (bandwidth-delay product). */
const LATENCY_CAPACITY = 32 * 2 ** 20;

/** Every chunk later by `delay` ± `jitter` ms, order kept. */
export function latencySchedule(delay: number, jitter: number, random: Random): Schedule {
  let last = 0;
  const due = (now: number): number => {
    const drawn = jitter === 0 ? delay : Math.max(0, delay + (2 * random.next() - 1) * jitter);
    last = Math.max(last, now + drawn);
    return last;
  };
  return { capacity: LATENCY_CAPACITY, plan: (chunk, now, put) => put(chunk, due(now)), end: due };
}

/** Pieces of a bandwidth limit are this long on the line. */
const LINE_TIME = 5;
/** Enough in hand that a stalled timer does not leave the line idle (ms). */
const IN_HAND = 100;
const LARGEST_CAPACITY = 4 * 2 ** 20;

/** A line of `rate` bytes per second: a piece is due when its last byte has been sent. */
export function bandwidthSchedule(rate: number): Schedule {
  const perMillisecond = rate / 1_000;
  const piece = Math.max(1, Math.floor(perMillisecond * LINE_TIME));
  let lineFree = 0;
  return {
    capacity: Math.min(Math.max(1, perMillisecond * IN_HAND), LARGEST_CAPACITY),
    plan(chunk, now, put) {
      lineFree = Math.max(lineFree, now);
      for (let from = 0; from < chunk.length; from += piece) {
        const part = chunk.subarray(from, from + piece);
        lineFree += part.length / perMillisecond;
        put(part, lineFree);
      }
    },
    end: (now) => Math.max(lineFree, now),
  };
}

const SLICE_CAPACITY = 2 ** 18;

/** Slices of `size` ± `variation` bytes, at least one, with `pause` ms after each. */
export function sliceSchedule(size: number, variation: number, pause: number, random: Random): Schedule {
  let next = 0;
  const length = (): number => (variation === 0 ? size : Math.max(1, size - variation + random.int(2 * variation + 1)));
  return {
    capacity: SLICE_CAPACITY,
    plan(chunk, now, put) {
      let from = 0;
      while (from < chunk.length) {
        const slice = chunk.subarray(from, from + length());
        next = Math.max(next, now);
        put(slice, next);
        next += pause;
        from += slice.length;
      }
    },
    end: (now) => Math.max(next, now),
  };
}

/** Bytes at once, a FIN `delay` ms later. */
export function slowCloseSchedule(delay: number): Schedule {
  return { capacity: Number.POSITIVE_INFINITY, plan: (chunk, now, put) => put(chunk, now), end: (now) => now + delay };
}

const HOLD_CAPACITY = 2 ** 20;

/** Nothing goes on until it is released. */
export const holdSchedule: Schedule = {
  capacity: HOLD_CAPACITY,
  plan: (chunk, _now, put) => put(chunk, Number.POSITIVE_INFINITY),
  end: () => Number.POSITIVE_INFINITY,
};
