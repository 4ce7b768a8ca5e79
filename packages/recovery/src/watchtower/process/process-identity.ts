import { readFile } from 'node:fs/promises';
import { codeOf } from '../../probe/network-failure.ts';

/** A process and its start in kernel ticks since boot: a recycled id is another process. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly started: string;
}

const STATE = 0;
const START_TIME = 19;

/** The living process of this id, or undefined. A zombie does not live. Reads `/proc`: Linux only. */
export async function livingProcess(pid: number): Promise<ProcessIdentity | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in brackets and may contain anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const started = fields[START_TIME];
    if (started === undefined || ['Z', 'X'].includes(fields[STATE] ?? '')) return undefined;
    return { pid, started };
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ESRCH') return undefined;
    throw error;
  }
}
