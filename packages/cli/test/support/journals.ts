import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Workspace } from './workspace.ts';

/**
 * Waits until the journal of the run that is on has its fault in effect: what a process says may be a moment ahead of what
 * is on the disk, and only that outlives it.
 */
export async function journalHasEffect(folder: Workspace): Promise<void> {
  await expect.poll(() => openJournals(folder), { timeout: 60_000 }).toContain('fault:effective');
}

async function openJournals({ path }: Workspace): Promise<string> {
  const runs = join(path, '.chaos/runs');
  const names = (await readdir(runs)).filter((name) => name.endsWith('.jsonl'));
  // One that has ended may be taken away meanwhile.
  const texts = await Promise.all(names.map((name) => readFile(join(runs, name), 'utf8').catch(() => '')));
  return texts.filter((text) => !text.includes('run:finished')).join('');
}
