import { container } from '@bridge/chaos-recovery';
import { describe, expect, it } from 'vitest';
import { httpService } from './http-service.ts';
import { issuesOf, openProbe, patient } from './open-probe.ts';

// Whether it judges real containers rightly is seen in test/docker/container-probe.test.ts.
describe('container probe without an engine', () => {
  it('is unknown when the Docker engine cannot be reached', async () => {
    await using probe = await openProbe(container, { container: 'web', host: 'unix:///nowhere/docker.sock' });
    const result = await probe.check(patient());
    expect(result.health).toBe('unknown');
    expect(result.detail).toMatch(/^cannot ask Docker: .*ENOENT/);
  });

  it('is unknown when the Docker engine does not answer in time', async () => {
    const controller = new AbortController();
    await using silent = await httpService(() => controller.abort());
    await using probe = await openProbe(container, { container: 'web', host: `tcp://127.0.0.1:${silent.port}` });
    const detail = 'Docker did not answer before the time-out';
    expect(await probe.check(controller.signal)).toEqual({ health: 'unknown', detail });
  });

  it.each([
    [{}, /^container: expected either container or labels/],
    [{ container: 'a', labels: { b: 'c' } }, /^container: expected either container or labels/],
    [{ labels: {} }, /^labels: expected at least one label/],
    [{ container: 'a', atLeast: 2 }, /^atLeast: atLeast belongs to labels/],
    [{ container: 'a', expect: 'ok' }, /^expect: /],
    [{ container: 'a', host: 'docker.sock' }, /^host: expected unix:\/\/\/path/],
  ])('refuses %j', (options, complaint) => {
    expect(issuesOf(container, options).join('\n')).toMatch(complaint);
  });
});
