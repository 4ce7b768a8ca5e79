import { join } from 'node:path';
import {
  definePlaybook,
  defineTrigger,
  dockerServices,
  fromProbe,
  http,
  playbooks,
  standardActions,
  triggers,
} from '@bridge/chaos-recovery';
import { expect, test } from 'vitest';
import { crashUnderLoad, expectSelfHealed, startEngine } from './crash-under-load.ts';
import { startWatch } from './watch.ts';
import { webService } from './web-service.ts';

test('crash under load, the watchtower restarts it: detection, recovery and self-heal are in the report', async () => {
  await using host = await startEngine();
  await using watch = startWatch({ signals: host.engine });
  await watch.seen('watchtower:active');
  await using web = await webService({ [watch.label]: 'true' });
  const report = await crashUnderLoad(host.engine, web);
  expectSelfHealed(report);
  expect(watch.types().filter((type) => type === 'watchtower:restarting')).toHaveLength(1);
});

test('the same with a trigger and a playbook', async () => {
  await using host = await startEngine();
  await using web = await webService();
  const smokeTest = { action: 'run_smoke_tests', with: { endpoints: [{ url: web.url }], timeout: 1_000 } };
  const restart = definePlaybook({
    name: 'restart-web',
    on: ['web-down'],
    steps: [{ id: 'restart', action: 'restart_service', with: { service: web.container.id } }],
    settle: '300ms',
    verify: [smokeTest],
    coolDown: 0,
  });
  await using book = await playbooks({
    playbooks: [restart],
    actions: standardActions({ services: dockerServices() }),
    folder: join(host.state, 'playbooks'),
    signals: host.engine,
  });
  const down = defineTrigger({
    name: 'web-down',
    group: 'web',
    detector: fromProbe(http({ name: 'web', url: web.url, timeout: '500ms', keepAlive: false })),
    every: '100ms',
    confirm: { failures: 2, of: 3 },
  });
  await using _monitor = triggers({ triggers: [down], handler: book, signals: host.engine });
  expectSelfHealed(await crashUnderLoad(host.engine, web));
  expect(book.recent.map(({ type }) => type)).toContain('playbook:ended');
});
