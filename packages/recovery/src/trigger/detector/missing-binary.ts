import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { Detector } from '../trigger.ts';

export interface MissingBinaryOptions {
  /** Programs that should be there: names, or paths. */
  readonly binaries: readonly string[];
  /** Where names are looked for. Default: the variable PATH, read at each look. */
  readonly path?: string;
}

/** A program that cannot be found, or not be executed. */
export function missingBinary({ binaries, path }: MissingBinaryOptions): Detector {
  return async () => ({
    async look() {
      const folders = (path ?? process.env['PATH'] ?? '').split(delimiter);
      const found = await Promise.all(binaries.map((binary) => isThere(binary, folders)));
      const missing = binaries.filter((_, index) => found[index] === false);
      if (missing.length === 0) return { is: 'good' };
      return { is: 'bad', detail: `cannot be executed: ${missing.join(', ')}`, data: { missing: [...missing] } };
    },
  });
}

async function isThere(binary: string, folders: readonly string[]): Promise<boolean> {
  const candidates = binary.includes('/') ? [binary] : folders.map((folder) => join(folder, binary));
  for (const candidate of candidates) {
    const executable = await access(candidate, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (executable) return true;
  }
  return false;
}
