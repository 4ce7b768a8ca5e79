import { expect, it } from 'vitest';
import { signalName } from '../../src/container/container-facts.ts';
import { whyUnbounded } from '../../src/container/ending-signal.ts';
import type { EngineFacts } from '../../src/docker/engine-facts.ts';

const docker: EngineFacts = {
  id: 'one',
  flavour: 'docker',
  version: '28.2.2',
  architecture: 'amd64',
  rootless: false,
  cgroup: 2,
  cgroups: true,
  os: 'linux',
};

const old: EngineFacts = { ...docker, version: '20.10.24' };
const podman: EngineFacts = { ...docker, flavour: 'podman', version: '5.4.2' };
const web = { stopSignal: 'SIGTERM' };

it('a signal that may be ignored is for engines that follow it up with SIGKILL', () => {
  const refused = { reason: expect.stringContaining('not SIGHUP'), remedy: expect.stringContaining('SIGTERM') };
  expect(whyUnbounded('SIGHUP', web, docker)).toBeUndefined();
  expect(whyUnbounded('SIGHUP', web, old)).toEqual(refused);
  expect(whyUnbounded('SIGHUP', web, podman)).toEqual(refused);
  expect(whyUnbounded('SIGHUP', web, { ...docker, version: 'unknown' })).toEqual(refused);
});

it.each([docker, old, podman])('SIGKILL and the stop signal are for every engine', (engine) => {
  expect(whyUnbounded('SIGKILL', web, engine)).toBeUndefined();
  expect(whyUnbounded('SIGTERM', web, engine)).toBeUndefined();
  expect(whyUnbounded('SIGQUIT', { stopSignal: 'SIGQUIT' }, engine)).toBeUndefined();
});

it.each([
  [undefined, 'SIGTERM'],
  ['', 'SIGTERM'],
  ['15', 'SIGTERM'],
  ['SIGQUIT', 'SIGQUIT'],
  ['quit', 'SIGQUIT'],
])('the stop signal %j is %s', (written, name) => {
  expect(signalName(written)).toBe(name);
});
