import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Held } from './held.ts';
import { momentOf, type Stamp } from './look.ts';

/**
 * Sets both times of an open file to the nanosecond. Node.js takes them as floating point numbers, which are off by up
 * to 240 ns; where that shows, touch(1) of GNU coreutils or busybox sets them exactly. Without one they stay that far off.
 */
export async function setTimes(held: Held, { accessed, modified }: Stamp): Promise<void> {
  await held.utimes(Number(accessed), Number(modified));
  const { atimeNs, mtimeNs } = await held.stat();
  if (momentOf(mtimeNs) !== modified) await touch(held, '-m', modified);
  if (momentOf(atimeNs) !== accessed) await touch(held, '-a', accessed);
}

async function touch(held: Held, which: '-a' | '-m', moment: string): Promise<void> {
  const child = spawn('touch', ['-c', which, '-d', `@${moment}`, '/proc/self/fd/3'], {
    stdio: ['ignore', 'ignore', 'ignore', held.fd],
  });
  // Not installed, or another touch that does not take the form: the time stays as near as it is.
  await once(child, 'close').catch(() => undefined);
}
