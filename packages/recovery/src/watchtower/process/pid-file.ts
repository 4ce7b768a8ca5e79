import { readFile } from 'node:fs/promises';
import { codeOf } from '../../probe/network-failure.ts';
import { livingProcess, type ProcessIdentity } from './process-identity.ts';

/** The process a file names, if it lives and is the one that was meant. A file with nothing but an id is believed. */
export async function readPidFile(path: string): Promise<ProcessIdentity | undefined> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return '';
    throw error;
  });
  const [pid = '', started] = text.trim().split(/\s+/);
  if (!/^[1-9][0-9]*$/.test(pid)) return undefined;
  const living = await livingProcess(Number(pid));
  return started === undefined || started === living?.started ? living : undefined;
}
