import { constants } from 'node:os';
import { readProc } from './process-stat.ts';

/** What `/proc/PID/status` says about signals and owner (proc(5)). */
export interface ProcessStatus {
  readonly uid: number;
  /** The letter that `/proc/PID/stat` has, too. */
  readonly state: string;
  /** Whether this signal waits for the whole process. */
  pending(signal: NodeJS.Signals): boolean;
  /** What the process does with this signal. */
  disposition(signal: NodeJS.Signals): 'default' | 'caught' | 'ignored';
}

export function readStatus(pid: number): Promise<ProcessStatus | undefined> {
  return statusIn(pid, 'status');
}

/** The same of one thread. */
export function readThreadStatus(pid: number, thread: string): Promise<ProcessStatus | undefined> {
  return statusIn(pid, `task/${thread}/status`);
}

async function statusIn(pid: number, file: string): Promise<ProcessStatus | undefined> {
  const text = await readProc(pid, file);
  return text === undefined ? undefined : parseStatus(text);
}

function parseStatus(text: string): ProcessStatus {
  const field = (name: string): string => new RegExp(`^${name}:\\s*(\\S+)`, 'm').exec(text)?.[1] ?? '0';
  const mask = (name: string): bigint => BigInt(`0x${field(name)}`);
  const has = (name: string, signal: NodeJS.Signals): boolean =>
    ((mask(name) >> BigInt(constants.signals[signal] - 1)) & 1n) === 1n;
  return {
    uid: Number(field('Uid')),
    state: field('State'),
    pending: (signal) => has('ShdPnd', signal) || has('SigPnd', signal),
    disposition: (signal) => (has('SigIgn', signal) ? 'ignored' : has('SigCgt', signal) ? 'caught' : 'default'),
  };
}
