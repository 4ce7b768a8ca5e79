import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Whether a path lies in the state folder of an engine. Its undo records must be written and read whatever else fails.
 */
export function isInStateFolder(path: string): boolean {
  for (let folder = path; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'alive')) && existsSync(join(folder, 'live'))) return true;
    if (dirname(folder) === folder) return false;
  }
}
