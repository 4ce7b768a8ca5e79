import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { relative, resolve } from 'node:path';
import * as z from 'zod';
import { codeOf } from '../../probe/network-failure.ts';
import { type Action, defineAction } from '../action.ts';
import { failed } from '../action-failure.ts';

const options = z.strictObject({
  /** Directory whose contents go. */
  directory: z.string().min(1),
});
const undo = z.strictObject({ directory: z.string(), aside: z.string(), mode: z.int() });

/**
 * clear_caches: empties a directory, by putting a fresh one in its place. The old one goes when the run has ended well,
 * and comes back when it has not. The root, the home directory and whatever holds the working directory are refused.
 */
export const clearCaches: Action<'clear_caches', typeof options, typeof undo> = defineAction({
  name: 'clear_caches',
  effect: 'changes',
  options,
  undo,
  async prepare({ directory }, { idempotencyKey }) {
    const path = resolve(directory);
    for (const kept of [process.cwd(), homedir()]) {
      const inside = relative(path, kept);
      if (!inside.startsWith('..')) throw failed('clear_caches', `expected a cache, got ${path}, which holds ${kept}`);
    }
    const found = await stat(path);
    if (!found.isDirectory()) throw failed('clear_caches', `expected a directory, got ${path}`);
    return { directory: path, aside: `${path}.${idempotencyKey}`, mode: found.mode & 0o7777 };
  },
  async run(_options, { directory, aside, mode }) {
    if (!(await isDirectory(aside))) await rename(directory, aside);
    await mkdir(directory, { recursive: true, mode });
    return { directory };
  },
  async verify(_options, { directory, aside }) {
    if (!(await isDirectory(directory))) return { is: 'bad', detail: `there is no ${directory}` };
    // The owner may have begun to fill it again: that the old contents are elsewhere is what counts.
    if (await isDirectory(aside)) return { is: 'good' };
    const left = await readdir(directory);
    return left.length === 0
      ? { is: 'good' }
      : { is: 'bad', detail: `${directory} still holds ${left.length} entries` };
  },
  async revert({ directory, aside }) {
    if (!(await isDirectory(aside))) return;
    await rm(directory, { recursive: true, force: true });
    await rename(aside, directory);
  },
  async settle({ aside }) {
    await rm(aside, { recursive: true, force: true });
  },
});

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}
