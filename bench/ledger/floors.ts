import { createHash, hash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { closedLoop, format, type Latencies, line } from './measure.ts';

/** What the machine gives at best, measured in the same run: nothing of ours can be faster. */
export async function floors(directory: string): Promise<Latencies> {
  const file = await open(join(directory, 'floor'), 'a');
  const bytes = Buffer.alloc(760, 'x');
  const sync = await closedLoop(1_500, 1, async () => {
    await file.write(bytes);
    await file.datasync();
  });
  await file.close();
  line('floor: write 760 B + fdatasync', format(sync));
  const node = Buffer.alloc(65, 1);
  const start = performance.now();
  for (let at = 0; at < 1_000_000; at += 1) hash('sha256', node, 'hex');
  line('floor: SHA-256 of 65 B', `${(1_000 / (performance.now() - start)).toFixed(2)} M/s`);
  const large = Buffer.alloc(64 * 2 ** 20);
  const begun = performance.now();
  createHash('sha256').update(large).digest();
  line('floor: SHA-256 of 64 MiB', `${((64 / (performance.now() - begun)) * 1000).toFixed(0)} MiB/s`);
  return sync;
}
