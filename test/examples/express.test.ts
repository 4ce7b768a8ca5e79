import { expect, test } from 'vitest';
import { startExample } from './example.ts';
import { endsCleanly, experimentOn, portIn, runAt } from './service.ts';
import { startUpstream } from './upstream.ts';

const slowPayments = {
  name: 'slow payments',
  faults: [{ type: 'proxy.latency', target: { proxy: 'payments' }, params: { delay: '2s' }, for: '3s' }],
};

test('an Express service is broken and measured over HTTP, and ends clean', async () => {
  await using payments = await startUpstream('paid');
  await using example = await startExample('express/server.ts', {
    PORT: '0',
    PAYMENTS: payments.address,
    CHAOS_ENABLED: 'true',
  });
  const base = `http://127.0.0.1:${portIn(await example.line('ready'))}`;
  const report = await runAt(base, { ...slowPayments, ...experimentOn(base, '/checkout') });
  expect(report.marks.impact).not.toBeNull();
  expect(report.timeToRecover).toBeGreaterThan(0);
  expect(report.reversal).toMatchObject({ clean: true, injected: 1, proven: 1 });
  await endsCleanly(example);
});

test('without CHAOS_ENABLED the same service refuses, and a malformed experiment is told its path', async () => {
  await using payments = await startUpstream('paid');
  await using example = await startExample('express/server.ts', { PORT: '0', PAYMENTS: payments.address });
  const base = `http://127.0.0.1:${portIn(await example.line('ready'))}`;
  const report = await runAt(base, { ...slowPayments, ...experimentOn(base, '/checkout') });
  expect(report.verdict).not.toBe('held');
  expect(report.faults).toEqual([]);
  const response = await fetch(`${base}/chaos/runs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...slowPayments, faults: [{ type: 'proxy.slow' }] }),
  });
  expect(response.status).toBe(400);
  expect(await response.text()).toContain('faults');
  await endsCleanly(example);
});
