import type { Random } from '@bridge/chaos-core';
import * as z from 'zod';
import { contentFault } from '../content-fault.ts';
import type { FileToolbox } from '../file-toolbox.ts';

const params = z.strictObject({
  /** How many bytes become other bytes. Default 1. */
  bytes: z.int().min(1).max(1_000_000).default(1),
  /** From which offset on, in bytes. Default 0. */
  from: z.int().min(0).default(0),
  /** Up to which offset, exclusive. Default the end of the file. */
  to: z.int().min(1).optional(),
});

/** `file.corrupt`: random bytes at random offsets, drawn from the run's seed; the size stays. */
export function fileCorrupt(toolbox: FileToolbox) {
  return contentFault(toolbox, {
    type: 'file.corrupt',
    params,
    risk: 'high',
    describe: ({ bytes, from, to }) => `${bytes} random byte(s) between offset ${from} and ${to ?? 'the end'}`,
    change(content, { bytes, from, to = content.length }, random) {
      const end = Math.min(to, content.length);
      if (end - from < bytes) throw new Error(`has fewer than ${bytes} bytes between ${from} and ${to}`);
      const changed = Buffer.from(content);
      for (const offset of offsets(bytes, from, end, random)) {
        changed[offset] = ((changed[offset] ?? 0) + 1 + random.int(255)) % 256;
      }
      return changed;
    },
  });
}

/** Distinct offsets in [from, end) (Floyd's algorithm, CACM 30:9). */
function offsets(count: number, from: number, end: number, random: Random): ReadonlySet<number> {
  const chosen = new Set<number>();
  for (let last = end - from - count; last < end - from; last += 1) {
    const drawn = from + random.int(last + 1);
    chosen.add(chosen.has(drawn) ? from + last : drawn);
  }
  return chosen;
}
