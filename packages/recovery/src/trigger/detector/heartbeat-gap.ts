import { stat } from 'node:fs/promises';
import { type DurationInput, milliseconds } from '@bridge/chaos-core';
import { codeOf } from '../../probe/network-failure.ts';
import type { Detector } from '../trigger.ts';

export interface HeartbeatGapOptions {
  /** Wall clock of the last beat in milliseconds, undefined when there was none; or a file that is touched each beat. */
  readonly last: (() => number | undefined | Promise<number | undefined>) | { readonly file: string };
  /** Longest time without a beat. */
  readonly longest: DurationInput;
}

/** Nothing was heard for too long. A beat that never came is a gap. */
export function heartbeatGap({ last, longest }: HeartbeatGapOptions): Detector {
  const limit = milliseconds(longest);
  return async ({ clock }) => ({
    async look() {
      const beat = typeof last === 'function' ? await last() : await modified(last.file);
      if (beat === undefined) return { is: 'bad', detail: 'there was no heartbeat yet' };
      const gap = Math.max(0, clock.wall() - beat);
      return gap <= limit
        ? { is: 'good' }
        : { is: 'bad', detail: `no heartbeat for ${Math.round(gap)} ms`, data: { gap } };
    },
  });
}

async function modified(file: string): Promise<number | undefined> {
  try {
    return (await stat(file)).mtimeMs;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
