import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { freshId } from '@bridge/chaos-core';

/** Marks what is being written; leftovers of a killed process are known by it. */
export const DRAFT = '.draft-';

/** Writes a file that is either there as a whole or not at all, also after a power cut. Mode 0600. */
export async function writeAtomically(path: string, content: Uint8Array): Promise<void> {
  const draft = join(dirname(path), `${DRAFT}${freshId('report')}-${basename(path)}`);
  try {
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}

/** Makes names durable. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
