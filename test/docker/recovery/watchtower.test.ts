import { expect, test } from 'vitest';
import { docker, ownEngine, startContainer } from '../../docker-engine/index.ts';
import { startWatch } from './watch.ts';

const ENDS_ON_REQUEST = ['sh', '-c', 'until test -e /tmp/end; do sleep 0.05; done; exit 3'];

test('a container that crashed runs again, and the restart is effective once it held', async () => {
  await using watch = startWatch();
  await watch.seen('watchtower:active');
  await using container = await startContainer({
    command: [
      'sh',
      '-c',
      'test -e /tmp/end && exec sleep infinity; until test -e /tmp/end; do sleep 0.05; done; exit 3',
    ],
    labels: { [watch.label]: 'true' },
  });
  const before = await container.inspect();
  await container.exec('touch', '/tmp/end');
  const detected = await watch.seen('watchtower:detected');
  expect(detected).toMatchObject({ cause: 'stopped', detail: 'it ended with exit code 3', role: 'leader' });
  await watch.seen('watchtower:effective');
  const after = await container.inspect();
  expect(after.State.Status).toBe('running');
  expect(after.State.StartedAt).not.toBe(before.State.StartedAt);
  expect(watch.types().filter((type) => type === 'watchtower:restarting')).toHaveLength(1);
});

test('a killed container is restarted, though its own engine takes the kill for a wish', async () => {
  await using watch = startWatch();
  await watch.seen('watchtower:active');
  await using container = await startContainer({ labels: { [watch.label]: 'true' }, restart: 'always' });
  await docker(['kill', container.id]);
  await watch.seen('watchtower:effective');
  expect(await container.status()).toBe('running');
});

test('a container that was stopped on purpose stays stopped, and one without the label is never looked at', async () => {
  await using watch = startWatch({ policy: { backoff: { first: 3_000 } } });
  await watch.seen('watchtower:active');
  await using stopped = await startContainer({ labels: { [watch.label]: 'true' } });
  await using stranger = await startContainer();
  await docker(['kill', stranger.id]);
  await docker(['stop', stopped.id]);
  await watch.seen('watchtower:retired', ({ target }) => target.id === stopped.id);
  expect(watch.types()).not.toContain('watchtower:restarting');
  expect(await stopped.status()).toBe('exited');
  expect(await stranger.status()).toBe('exited');
  expect(watch.tower.status.targets.map(({ target }) => target.id)).toEqual([stopped.id]);
});

test('what is bad already at the start is only told, and dealt with by the next sweep', async () => {
  const label = 'test.recover.dry-run';
  await using container = await startContainer({ labels: { [label]: 'always' } });
  await docker(['kill', container.id]);
  await using watch = startWatch({ label, policy: { dryRunFirst: true, sweep: 500 } });
  await watch.seen('watchtower:would-restart');
  await watch.seen('watchtower:effective');
  const types = watch.types();
  expect(types.indexOf('watchtower:would-restart')).toBeLessThan(types.indexOf('watchtower:detected'));
});

test('a container that keeps failing is given up within its budget, and a reset lets it be tried again', async () => {
  await using watch = startWatch({
    policy: { backoff: { base: 0 }, budget: { restarts: 2 }, escalate: { ineffective: 2 } },
  });
  await watch.seen('watchtower:active');
  await using container = await startContainer({ command: ENDS_ON_REQUEST, labels: { [watch.label]: 'true' } });
  await container.exec('touch', '/tmp/end');
  expect(await watch.seen('watchtower:gave-up')).toMatchObject({ restarts: 2 });
  await watch.seen('watchtower:escalated');
  expect(watch.tower.status.targets).toMatchObject([{ care: { is: 'gave-up' }, restarts: 2 }]);
  expect(watch.tower.reset('no such name', { actor: 'ann', reason: 'a test' })).toBe(false);
  expect(watch.tower.reset(container.name, { actor: 'ann', reason: 'the disk has room again' })).toBe(true);
  await watch.seen('watchtower:restarting', ({ attempt }) => attempt === 1);
});

test('an unhealthy container is restarted once enough of its checks have failed', async () => {
  await using watch = startWatch({ policy: { startPeriod: 0, confirm: { failures: 2, of: 3 }, sweep: 1_000 } });
  await watch.seen('watchtower:active');
  await using container = await startContainer({
    // Healthy again after a restart: /tmp/ill is on a file system that the restart empties.
    flags: [
      '--tmpfs',
      '/ill',
      '--health-cmd',
      'test ! -e /ill/now',
      '--health-interval',
      '300ms',
      '--health-retries',
      '1',
    ],
    labels: { [watch.label]: 'true' },
  });
  await container.exec('touch', '/ill/now');
  expect(await watch.seen('watchtower:detected')).toMatchObject({ cause: 'unhealthy' });
  await watch.seen('watchtower:effective');
  expect((await container.inspect()).State.Health?.Status).toBe('healthy');
});

test.each([
  ['that dies and comes back: what ended with it runs again, once', 'SIGKILL'],
  ['that is restarted in good order: its containers are not taken for stopped on purpose', 'SIGTERM'],
] as const)('an engine %s', { timeout: 120_000 }, async (_what, signal) => {
  await using engine = await ownEngine();
  await using watch = startWatch({ targets: { docker: { host: engine.host, label: 'test.recover' } } });
  await watch.seen('watchtower:active');
  await using container = await startContainer({
    host: engine.host,
    network: 'none',
    labels: { 'test.recover': 'true' },
  });
  await engine.stop(signal);
  await watch.seen('watchtower:inert');
  await engine.start();
  await watch.seen('watchtower:effective');
  expect(await container.status()).toBe('running');
  expect(watch.types().filter((type) => type === 'watchtower:restarting')).toHaveLength(1);
});
