import type { JsonObject } from '@bridge/chaos-core';
import { conformanceChecks, type FaultHarness } from '@bridge/chaos-core/testkit';
import { afterAll, describe, it } from 'vitest';
import { docker, startContainer } from '../../docker-engine/index.ts';
import { targetOf } from '../container/harness.ts';
import { faultOf, plugin } from './fault-of.ts';

interface Case {
  readonly params: JsonObject;
  /** Shell words run in the target that print what the fault may change. */
  readonly look: string;
}

const CONNECTIONS = 'grep -c ":0050 01 " /proc/net/tcp';
const FILES = 'grep "open files" /proc/1/limits';
const PROCESSES = 'cat /sys/fs/cgroup/pids.current /sys/fs/cgroup/pids/pids.current 2>/dev/null';
/** The same question to both versions of cgroups. */
const group = (v2: string, v1: string): string => `cat /sys/fs/cgroup/${v2} /sys/fs/cgroup/${v1} 2>/dev/null`;

const CASES: Readonly<Record<string, Case>> = {
  'resource.cpu-limit': { params: { cpus: 0.2 }, look: group('cpu.max', 'cpu/cpu.cfs_quota_us') },
  'resource.cpu-stress': { params: { cores: 2, load: 0.2 }, look: PROCESSES },
  'resource.memory-limit': { params: { limit: '64MiB' }, look: group('memory.max', 'memory/memory.limit_in_bytes') },
  'resource.memory-stress': { params: { level: '8MiB' }, look: PROCESSES },
  'resource.pids-limit': { params: { limit: 50 }, look: group('pids.max', 'pids/pids.max') },
  'resource.io-throttle': {
    params: { write: '1MB/s', readOps: 100 },
    look: group('io.max', 'blkio/blkio.throttle.write_bps_device'),
  },
  'resource.disk-fill': { params: { folder: '/data', bytes: '8MiB', keepFree: '0B' }, look: 'df /data' },
  'resource.fd-exhaustion': { params: { spare: 1 }, look: FILES },
  'resource.connection-exhaustion': { params: { connections: 5, port: 80 }, look: CONNECTIONS },
};

afterAll(() => plugin.close?.());

function harnessOf({ params, look }: Case): FaultHarness {
  return {
    plugin,
    // Far more than a guardian needs on a machine that has time.
    cleanWithin: 60_000,
    async make() {
      const command = ['httpd', '-f', '-p', '80'];
      const container = await startContainer({ command, flags: ['--tmpfs', '/data:size=32m'] });
      return {
        target: await targetOf(container.id),
        params,
        witness: () => docker(['exec', container.id, 'sh', '-c', `${look}; true`]),
        [Symbol.asyncDispose]: () => container[Symbol.asyncDispose](),
      };
    },
  };
}

const all = process.env['CHAOS_CONFORMANCE'] === 'all';
/** One limit and one pressure; the others share their verbs and are killed at the first of the steps. */
const KILLED = ['resource.cpu-limit', 'resource.memory-stress'];
const STEPS = ['SIGKILL at inject:after', 'engine and guardian killed'];
const VERBS = ['prepare only reads', 'inject has an effect', 'revert puts back', 'another copy'];

describe.each(Object.entries(CASES))('%s', (type, given) => {
  for (const { name, kind, run } of conformanceChecks(faultOf(type), harnessOf(given))) {
    const thorough = KILLED.includes(type);
    const chosen = kind === 'verbs' ? VERBS : thorough ? STEPS : STEPS.slice(0, 1);
    if (all || (thorough && kind === 'verbs') || chosen.some((start) => name.startsWith(start))) {
      it.concurrent(name, run, 240_000);
    }
  }
});
