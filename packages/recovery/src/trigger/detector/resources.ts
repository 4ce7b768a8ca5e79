import { cpus } from 'node:os';
import type { Detector } from '../trigger.ts';

/** Processors that were busy for more than `most` (0 to 1) of the time since the last look. The first look is good. */
export function cpuSaturation({ most = 0.9 }: { readonly most?: number } = {}): Detector {
  return async () => {
    let before = busyTime();
    return {
      async look() {
        const now = busyTime();
        const total = now.total - before.total;
        const share = total === 0 ? 0 : (now.busy - before.busy) / total;
        before = now;
        if (share <= most) return { is: 'good' };
        return { is: 'bad', detail: `processors ${(share * 100).toFixed(0)} % busy`, data: { share } };
      },
    };
  };
}

function busyTime(): { readonly busy: number; readonly total: number } {
  const times = cpus().map((cpu) => cpu.times);
  const idle = times.reduce((sum, time) => sum + time.idle, 0);
  const total = times.reduce((sum, { user, nice, sys, idle: rest, irq }) => sum + user + nice + sys + rest + irq, 0);
  return { busy: total - idle, total };
}

export interface MemorySlopeOptions {
  /** Bytes in use now. Default: the resident set of this process. */
  readonly bytes?: () => number | Promise<number>;
  /** Most growth, in bytes per minute. */
  readonly perMinute: number;
  /** Looks that the slope is taken over. Default 10; fewer say nothing yet. */
  readonly over?: number;
}

/** Memory that grows without end: the median of all slopes between looks (Theil-Sen), which single peaks do not move. */
export function memorySlope({
  bytes = () => process.memoryUsage.rss(),
  perMinute,
  over = 10,
}: MemorySlopeOptions): Detector {
  return async ({ clock }) => {
    const points: { readonly at: number; readonly bytes: number }[] = [];
    return {
      async look() {
        points.push({ at: clock.now(), bytes: await bytes() });
        if (points.length > over) points.shift();
        if (points.length < over) return { is: 'good' };
        const slopes = points.flatMap((one, index) =>
          points.slice(index + 1).map((other) => (other.bytes - one.bytes) / Math.max(1, other.at - one.at)),
        );
        const middle = slopes.sort((a, b) => a - b)[Math.floor(slopes.length / 2)] ?? 0;
        const growth = middle * 60_000;
        if (growth <= perMinute) return { is: 'good' };
        return { is: 'bad', detail: `memory grows by ${Math.round(growth)} bytes a minute`, data: { growth } };
      },
    };
  };
}

/** A queue that is longer than it should be. */
export function queueDepth({
  depth,
  most,
}: {
  readonly depth: () => number | Promise<number>;
  readonly most: number;
}): Detector {
  return async () => ({
    async look() {
      const found = await depth();
      return found <= most
        ? { is: 'good' }
        : { is: 'bad', detail: `${found} wait, at most ${most}`, data: { depth: found } };
    },
  });
}
