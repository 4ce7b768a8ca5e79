import type { AnyChaosEvent } from '@bridge/chaos-core';
import { expect, test } from 'vitest';
import { Dashboard } from '../../examples/demo/view/dashboard.ts';
import { sparkline } from '../../examples/demo/view/sparkline.ts';

const envelope = { id: 'e', time: '2026-01-01T00:00:00.000Z', monotonic: 0, sequence: 1, node: 'n' };
const target = { kind: 'proxy', id: 'p', name: 'store', labels: {}, startedAt: 's' };
const fault = { id: 'f', type: 'proxy.latency', target };
const effective: AnyChaosEvent = {
  ...envelope,
  type: 'fault:effective',
  data: { fault, proof: { observation: 'present', at: 0, looks: 1 }, took: 5, hold: 20_000 },
};
const gone: AnyChaosEvent = {
  ...envelope,
  type: 'fault:gone',
  data: { fault, cause: 'hold-over', proof: { observation: 'gone', at: 0, looks: 1 } },
};

test('a sparkline goes from the lowest bar to the highest, and leaves out what was not seen', () => {
  expect(sparkline([0, 50, 100, 900, null, -1], 100)).toBe('▁▄██ ▁');
});

test('a fault counts down from when it took effect until it ends', () => {
  const dashboard = new Dashboard();
  dashboard.begin({ number: 1, of: 1, title: 'slow', holds: { 'proxy.latency': 4_000 } });
  dashboard.take(effective, 1_000);
  expect([...dashboard.faults.values()]).toEqual([{ type: 'proxy.latency', target: 'store', until: 5_000 }]);
  dashboard.take(gone, 2_000);
  expect(dashboard.faults.size).toBe(0);
});

test('the last forty seconds of a probe are kept', () => {
  const dashboard = new Dashboard();
  for (let second = 0; second < 50; second += 1) {
    const data = { probe: 'shop', sent: 4, ok: 3, p50: 1, p95: second };
    dashboard.take({ ...envelope, type: 'probe:second', data }, second);
  }
  expect(dashboard.seconds).toHaveLength(40);
  expect(dashboard.seconds.at(-1)).toEqual({ p95: 49, failed: 0.25 });
});
