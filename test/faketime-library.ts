import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Preloaded, it makes one program see another wall clock. */
export function faketimeLibrary(): string {
  const candidates = readdirSync('/usr/lib').map((name) => join('/usr/lib', name, 'faketime/libfaketimeMT.so.1'));
  const found = candidates.find((path) => existsSync(path));
  if (found === undefined) throw new Error('expected libfaketime: apt-get install libfaketime');
  return found;
}
