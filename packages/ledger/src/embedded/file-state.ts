import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { StateTexts } from '../store/log-store.ts';
import { replaceFile } from './durable-file.ts';
import { readOptional } from './key-files.ts';

/** Small durable texts, one file each. */
export function fileState(directory: string): StateTexts {
  const path = (name: string): string => {
    if (!/^[a-z0-9][a-z0-9.-]*$/.test(name)) throw new RangeError(`not a state name: ${name}`);
    return join(directory, name);
  };
  return {
    get: (name) => readOptional(path(name)),
    put: (name, text) => replaceFile(path(name), text),
    names: async () => (await readdir(directory)).filter((name) => !name.endsWith('.next')),
  };
}
