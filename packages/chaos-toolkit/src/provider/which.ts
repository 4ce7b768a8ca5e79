import { accessSync, constants, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** The executable of this name, found as `shutil.which` does; undefined when there is none. */
export function which(name: string): string | undefined {
  const path = name === '~' || name.startsWith('~/') ? join(homedir(), name.slice(1)) : name;
  if (path.includes('/')) return isExecutable(path) ? path : undefined;
  const folders = (process.env['PATH'] ?? '/bin:/usr/bin').split(delimiter);
  return folders.map((folder) => join(folder, path)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined || !found.isFile()) return false;
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    // Not for us: which() goes on looking.
    return false;
  }
}
