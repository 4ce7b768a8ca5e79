import type { ReadFiles } from '../../limit/limit-fault.ts';
import { readIfThere } from './group-file.ts';
import type { Group } from './hierarchy.ts';
import type { Place } from './place.ts';

/** Period of a new group, in microseconds. */
const PERIOD = 100_000;

/** What the files of a group without a limit say, for those that the topmost one does not have. */
const UNLIMITED: Readonly<Record<string, string>> = {
  'cpu.max': `max ${PERIOD}`,
  'memory.max': 'max',
  'memory.swap.max': 'max',
  'pids.max': 'max',
  'io.max': '',
};
const VERSION_2 = Object.keys(UNLIMITED).filter((name) => name !== 'pids.max');

/** What a new group counts as in use: only that which the tree brings with it. */
export interface Brought {
  readonly tasks: number;
}

/** Files of the group in which the tree will be: a made one has the limits of that above it, and uses nothing yet. */
export function readerOf({ version, isTop }: Group, place: Place, { tasks }: Brought): ReadFiles {
  const value = async (name: string): Promise<string | undefined> => {
    if (place.kind === 'own') return readIfThere(`${place.folder}/${name}`);
    if (name === 'pids.current') return String(tasks);
    if (/^memory\.(?:usage_in_bytes|current)$/.test(name)) return '0';
    if (name === 'memory.stat') return '';
    if (name === 'cpu.cfs_period_us' && version === 1) return String(PERIOD);
    const found = await readIfThere(`${place.home}/${name}`);
    if (name === 'cpu.cfs_quota_us' && Number(found) > 0) return inPeriods(Number(found), place.home);
    if (found !== undefined || !isTop) return found;
    return version === 2 || !VERSION_2.includes(name) ? UNLIMITED[name] : undefined;
  };
  return async (...names) => new Map(await Promise.all(names.map(async (name) => [name, await value(name)] as const)));
}

async function inPeriods(quota: number, home: string): Promise<string> {
  const period = Number(await readIfThere(`${home}/cpu.cfs_period_us`)) || PERIOD;
  return String(Math.round((quota * PERIOD) / period));
}
