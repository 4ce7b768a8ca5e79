import { readFile } from 'node:fs/promises';

/** What `/proc/PID/stat` says (proc(5)). */
export interface ProcessStat {
  readonly pid: number;
  /** Command name as the kernel keeps it: at most 15 bytes, may hold spaces and parentheses. */
  readonly name: string;
  /** `R` running, `S` sleeping, `D` waiting, `T` stopped, `t` traced, `Z` zombie, `X` dead. */
  readonly state: string;
  readonly parent: number;
  readonly kernelThread: boolean;
  readonly threads: number;
  /** Start time in clock ticks after boot. */
  readonly ticks: string;
}

const PF_KTHREAD = 0x0020_0000;

/** Parses a line of `/proc/PID/stat`; undefined when it is not one. The name ends at the last parenthesis. */
function parseStat(text: string): ProcessStat | undefined {
  const open = text.indexOf('(');
  const close = text.lastIndexOf(')');
  if (open < 1 || close < open) return undefined;
  const fields = text
    .slice(close + 2)
    .trim()
    .split(' ');
  const [state, parent] = fields;
  // Numbers of proc(5), less the two fields before the state and counting from 0.
  const [flags, threads, ticks] = [fields[9 - 3], fields[20 - 3], fields[22 - 3]];
  if (state === undefined || ticks === undefined) return undefined;
  return {
    pid: Number(text.slice(0, open).trim()),
    name: text.slice(open + 1, close),
    state,
    parent: Number(parent),
    kernelThread: (Number(flags) & PF_KTHREAD) !== 0,
    threads: Number(threads),
    ticks,
  };
}

/** The process that has this pid now, or undefined. A zombie whose threads have all ended counts as ended. */
export async function readStat(pid: number): Promise<ProcessStat | undefined> {
  const text = await readProc(pid, 'stat');
  const stat = text === undefined ? undefined : parseStat(text);
  if (stat === undefined || stat.state === 'X') return undefined;
  return stat.state === 'Z' && stat.threads <= 1 ? undefined : stat;
}

/** These say something of this process, nothing of the one that is read. */
const WANT_OF_OWN: readonly unknown[] = ['EMFILE', 'ENFILE', 'ENOMEM'];

/** A file of `/proc/PID`, or undefined when the process has ended or hides it. Rejects when nothing can be read here now. */
export async function readProc(pid: number, file: string): Promise<string | undefined> {
  try {
    return await readFile(`/proc/${pid}/${file}`, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && WANT_OF_OWN.includes(error.code)) throw error;
    return undefined;
  }
}
