import type { ConnectionFaultOrder } from '../control/fault-order.ts';
import { CANARY_LIMIT } from '../plane/live-fault.ts';

/** What a canary sends, and how soon (ms) all of it comes back only if the fault is not there. */
export interface Sample {
  readonly bytes: number;
  readonly rounds: number;
  readonly floor: number;
}

/** No look takes longer; a fault that delays more shows itself by silence. */
const PATIENCE = 250;
/** A look shorter than this could be mistaken for a busy machine. */
const CLEAR = 20;
const MARGIN = 0.9;
/** Above this (bytes per second) the limit is as fast as the canary itself. */
const FASTEST = 100e6;
const LARGEST_SAMPLE = 2 ** 22;

/** Undefined when the fault is too weak for its effect to be told from none. */
export function sampleOf(order: ConnectionFaultOrder): Sample | undefined {
  switch (order.kind) {
    case 'latency':
      return latencySample(order);
    case 'bandwidth': {
      if (order.rate > FASTEST) return undefined;
      const bytes = Math.min(Math.max(1, Math.ceil(order.rate / 10)), LARGEST_SAMPLE);
      return { bytes, rounds: 1, floor: Math.min(PATIENCE, (bytes / order.rate) * 1_000 * MARGIN) };
    }
    case 'slice': {
      const piece = order.size + order.variation;
      if (2 * piece > LARGEST_SAMPLE) return undefined;
      const pieces = Math.max(2, Math.min(Math.ceil(CLEAR / order.pause) + 1, Math.floor(LARGEST_SAMPLE / piece)));
      return { bytes: pieces * piece, rounds: 1, floor: Math.min(PATIENCE, (pieces - 1) * order.pause * MARGIN) };
    }
    case 'limit':
      return { bytes: Math.min(order.bytes, CANARY_LIMIT) + 1, rounds: 1, floor: PATIENCE };
    case 'slow-close':
      return undefined;
    case 'timeout':
    case 'swallow':
    case 'reset':
      return { bytes: 1, rounds: 1, floor: PATIENCE };
  }
}

/** Many rounds where one could be short by chance: a small delay, or one that jitter can cancel. */
function latencySample({ delay, jitter, direction }: Extract<ConnectionFaultOrder, { kind: 'latency' }>): Sample {
  const lanes = direction === 'both' ? 2 : 1;
  const once = lanes * (jitter > delay / 2 ? delay / 2 : (delay - jitter) * MARGIN);
  const rounds = jitter > delay / 2 || once < CLEAR ? 8 : 1;
  return { bytes: 1, rounds, floor: Math.min(PATIENCE, once * rounds) };
}
