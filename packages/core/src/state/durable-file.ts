import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { freshId } from '../random.ts';
import { syncDirectory } from './state-folder.ts';

/**
 * Replaces a file as a whole: whoever reads it sees the old content or the new, also after a power cut. Mode 0600.
 *
 * @param temporary where it is written first, in the same folder; a killed process leaves it. Default: beside the file
 */
export async function writeDurably(
  path: string,
  content: string | Uint8Array,
  temporary: string = `${path}.${freshId('new')}`,
): Promise<void> {
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
  await syncDirectory(dirname(path));
}
