import * as z from 'zod';
import type { ResourceToolbox } from '../toolbox.ts';
import { type Limit, limitFault, noCgroup, notTighter, numberIn } from './limit-fault.ts';

/** The kernel's shortest quota, in microseconds. */
const SHORTEST = 1_000;

const params = z.strictObject({
  /** CPUs it may use: 0.5 is half the time of one. */
  cpus: z.number().min(0.01).max(1024),
});

export const CPU_LIMIT: Limit<typeof params> = {
  params,
  risk: 'medium',
  what: 'cpu',
  describe: ({ cpus }) => `at most ${cpus} CPUs`,
  async settings({ cpus }, read) {
    const found = await read('cpu.max', 'cpu.cfs_quota_us', 'cpu.cfs_period_us');
    const [both, quota, period] = [found.get('cpu.max'), found.get('cpu.cfs_quota_us'), found.get('cpu.cfs_period_us')];
    const [nowQuota = '', nowPeriod = ''] = both?.split(' ') ?? [quota, period];
    if (nowQuota === '' || nowPeriod === '') return noCgroup('cpu');
    const wanted = Math.max(SHORTEST, Math.round(cpus * Number(nowPeriod)));
    if (wanted >= numberIn(nowQuota)) return notTighter(`${Number(nowQuota) / Number(nowPeriod)} CPUs`);
    return [
      both === undefined
        ? { file: 'cpu.cfs_quota_us', before: nowQuota, during: String(wanted) }
        : { file: 'cpu.max', before: both, during: `${wanted} ${nowPeriod}` },
    ];
  },
};

/** `resource.cpu-limit`: the container gets no more than so many CPUs (CFS quota). */
export function cpuLimit(toolbox: ResourceToolbox) {
  return limitFault(toolbox, 'resource.cpu-limit', CPU_LIMIT);
}
