import { rate } from '@bridge/chaos-core';
import * as z from 'zod';
import type { ResourceToolbox } from '../toolbox.ts';
import { type Limit, limitFault, noCgroup, type ReadFiles } from './limit-fault.ts';
import { type Setting, valueIn } from './setting.ts';

const operations = z.int().min(1).max(1_000_000_000);
const bytes = rate.refine((value) => value >= 1, 'expected at least 1B/s').transform(Math.round);

const params = z
  .strictObject({
    /** Bytes per second. */
    read: bytes.optional(),
    write: bytes.optional(),
    /** Operations per second. */
    readOps: operations.optional(),
    writeOps: operations.optional(),
    /** Disk as `major:minor`. Default: under the engine's data folder; of a process, under its working folder. */
    device: z
      .string()
      .regex(/^\d{1,4}:\d{1,7}$/, 'expected the numbers of a disk such as "8:0"')
      .optional(),
  })
  .refine(({ device: _device, ...limits }) => Object.values(limits).some((value) => value !== undefined), {
    error: 'expected at least one of read, write, readOps, writeOps',
  });
type Given = z.output<typeof params>;

/** Params with the names that the two versions of cgroups have for them. */
const LIMITS = [
  ['read', 'blkio.throttle.read_bps_device', 'rbps'],
  ['write', 'blkio.throttle.write_bps_device', 'wbps'],
  ['readOps', 'blkio.throttle.read_iops_device', 'riops'],
  ['writeOps', 'blkio.throttle.write_iops_device', 'wiops'],
] as const;

export const IO_THROTTLE: Limit<typeof params> = {
  params,
  risk: 'medium',
  what: 'io',
  describe: (given) =>
    LIMITS.flatMap(([name]) => (given[name] === undefined ? [] : `${name} ${given[name]}/s`)).join(', '),
  async settings(given, read, disk) {
    const device = given.device ?? (await disk());
    if (device === undefined) {
      return { reason: 'keeps its files on no disk that can be seen', remedy: 'name one with device' };
    }
    return (await version2(given, device, read)) ?? (await version1(given, device, read)) ?? noCgroup('blkio (v2: io)');
  },
};

/**
 * `resource.io-throttle`: reads from and writes to one disk of the host take their time. Under cgroup v1 that is direct
 * and synchronous I/O and reads that miss the cache; what is written to the cache is not slowed down there.
 */
export function ioThrottle(toolbox: ResourceToolbox) {
  return limitFault(toolbox, 'resource.io-throttle', IO_THROTTLE);
}

async function version2(given: Given, device: string, read: ReadFiles): Promise<readonly Setting[] | undefined> {
  const content = (await read('io.max')).get('io.max');
  if (content === undefined) return undefined;
  const before = valueIn({ file: 'io.max', device }, content);
  const values = new Map(before.split(' ').map((pair) => [pair.replace(/=.*/, ''), pair.replace(/.*=/, '')]));
  for (const [name, , key] of LIMITS) if (given[name] !== undefined) values.set(key, String(given[name]));
  const during = [...values].map(([key, value]) => `${key}=${value}`).join(' ');
  return [{ file: 'io.max', device, before, during }];
}

async function version1(given: Given, device: string, read: ReadFiles): Promise<readonly Setting[] | undefined> {
  const wanted = LIMITS.filter(([name]) => given[name] !== undefined);
  const found = await read(...wanted.map(([, file]) => file));
  const settings: Setting[] = [];
  for (const [name, file] of wanted) {
    const content = found.get(file);
    if (content === undefined) return undefined;
    settings.push({ file, device, before: valueIn({ file, device }, content), during: String(given[name]) });
  }
  return settings;
}
