import { expect, test } from 'vitest';
import { startExample } from './example.ts';
import { endsCleanly, experimentOn, portIn, runAt } from './service.ts';
import { startUpstream } from './upstream.ts';

test('a Nest application provides the engine, runs an experiment and shuts down clean', async () => {
  await using stock = await startUpstream('42');
  await using example = await startExample('nest/server.ts', {
    PORT: '0',
    STOCK: stock.address,
    CHAOS_ENABLED: 'true',
  });
  const base = `http://127.0.0.1:${portIn(await example.line('ready'))}`;
  expect(await (await fetch(`${base}/stock`)).json()).toEqual({ inStock: 42 });
  const report = await runAt(base, {
    name: 'a silent stock service',
    faults: [{ type: 'proxy.timeout', target: { proxy: 'stock' }, for: '3s' }],
    ...experimentOn(base, '/stock'),
  });
  expect(report.marks.impact).not.toBeNull();
  expect(report.timeToRecover).toBeGreaterThan(0);
  expect(report.reversal).toMatchObject({ clean: true, injected: 1, proven: 1 });
  await endsCleanly(example);
});
