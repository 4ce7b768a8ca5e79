import { readdir, readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { patternTest } from '@bridge/chaos-core';
import type { ProcessQuery } from './process-query.ts';
import { type ProcessStat, readProc, readStat } from './process-stat.ts';
import { readStatus } from './process-status.ts';

/** One process with what a query can ask for. */
export interface ListedProcess {
  readonly stat: ProcessStat;
  readonly uid: number;
  readonly command: readonly string[];
}

/** Every process this one can see, or just one; kernel threads and processes that end meanwhile are left out. */
export async function listProcesses(only: number | undefined): Promise<readonly ListedProcess[]> {
  const pids = only === undefined ? (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number) : [only];
  const read = await Promise.all(pids.map(readProcess));
  return read.filter((one) => one !== undefined).sort((a, b) => a.stat.pid - b.stat.pid);
}

export async function readProcess(pid: number): Promise<ListedProcess | undefined> {
  const [stat, status, cmdline] = await Promise.all([readStat(pid), readStatus(pid), readProc(pid, 'cmdline')]);
  if (stat === undefined || status === undefined || stat.kernelThread) return undefined;
  return { stat, uid: status.uid, command: (cmdline ?? '').split('\0').filter((word) => word !== '') };
}

/** Whether the process matches every member of the query. */
export function matcher(query: ProcessQuery, users: ReadonlyMap<string, number>): (one: ListedProcess) => boolean {
  const pattern = query.commandMatches === undefined ? undefined : patternTest(query.commandMatches);
  const uid = typeof query.user === 'string' ? (users.get(query.user) ?? Number.NaN) : query.user;
  return ({ stat, uid: owner, command }) =>
    (query.name === undefined || stat.name === query.name || basename(command[0] ?? '') === query.name) &&
    (pattern === undefined || pattern(command.join(' '))) &&
    (uid === undefined || owner === uid) &&
    (query.parent === undefined || stat.parent === query.parent);
}

/** User names of this machine with their ids. */
export async function readUsers(): Promise<ReadonlyMap<string, number>> {
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n');
  return new Map(
    lines.flatMap((line) => {
      const [name, , uid] = line.split(':');
      return name === undefined || uid === undefined ? [] : [[name, Number(uid)] as const];
    }),
  );
}
