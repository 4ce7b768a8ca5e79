import { cpus, freemem, totalmem } from 'node:os';

/** Shares from 0 to 1, of the whole host. */
export interface UsageReading {
  /** Since the reading before; null for the first one. */
  readonly cpu: number | null;
  readonly memory: number;
}

/** Reads how busy the host is. */
export interface HostUsage {
  /** A new series of readings, independent of others. */
  begin(): { read(): UsageReading };
}

interface CpuTimes {
  readonly busy: number;
  readonly total: number;
}

function cpuTimes(): CpuTimes {
  const times = cpus().map((cpu) => cpu.times);
  const total = times.reduce((sum, { user, nice, sys, idle, irq }) => sum + user + nice + sys + idle + irq, 0);
  return { busy: total - times.reduce((sum, { idle }) => sum + idle, 0), total };
}

/** CPU time counters and available memory as the kernel reports them. */
export const systemUsage: HostUsage = {
  begin() {
    let last: CpuTimes | undefined;
    return {
      read() {
        const now = cpuTimes();
        const elapsed = now.total - (last?.total ?? now.total);
        const cpu = last === undefined || elapsed <= 0 ? null : (now.busy - last.busy) / elapsed;
        last = now;
        return { cpu, memory: 1 - freemem() / totalmem() };
      },
    };
  },
};
