import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { freshId } from '@bridge/chaos-core';
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

/** Replaces the file at once, so that no reader sees half of it. */
export async function writePidFile(path: string, { pid, started }: ProcessIdentity): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${freshId('new')}`;
  await writeFile(temporary, `${pid} ${started}\n`);
  await rename(temporary, path);
}
