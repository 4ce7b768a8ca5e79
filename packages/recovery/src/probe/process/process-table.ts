import { readdir, readFile } from 'node:fs/promises';
import { codeOf } from '../network-failure.ts';

/** One process as Linux shows it. */
export interface ProcessEntry {
  readonly pid: number;
  /** Ticks since boot: with the pid the identity of a process. */
  readonly startedAt: string;
  readonly program: string;
  /** One letter, proc(5): R, S, D, Z (zombie), T (stopped), … */
  readonly state: string;
  /** Bytes. */
  readonly resident: number;
}

const PAGE = 4096;
/** Ended between two looks. */
const GONE: ReadonlySet<string> = new Set(['ENOENT', 'ESRCH']);

/** Undefined when there is no such process. */
export async function readProcess(pid: number): Promise<ProcessEntry | undefined> {
  const stat = await readGone(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // The name stands in parentheses and may hold any character, parentheses too.
  const end = stat.lastIndexOf(')');
  const program = stat.slice(stat.indexOf('(') + 1, end);
  const fields = stat.slice(end + 2).split(' ');
  const [state = '?'] = fields;
  return { pid, program, state, startedAt: fields[19] ?? '', resident: Number(fields[21] ?? 0) * PAGE };
}

export async function everyProcess(): Promise<ProcessEntry[]> {
  const names = await readdir('/proc');
  const pids = names.filter((name) => /^\d+$/.test(name)).map(Number);
  const entries = await Promise.all(pids.map(readProcess));
  return entries.filter((entry) => entry !== undefined);
}

/** Arguments joined by spaces; empty for kernel threads and processes that are gone. */
export async function commandLineOf(pid: number): Promise<string> {
  const text = (await readGone(`/proc/${pid}/cmdline`)) ?? '';
  return text.replace(/\0$/, '').replaceAll('\0', ' ');
}

async function readGone(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (GONE.has(codeOf(error) ?? '')) return undefined;
    throw error;
  }
}
