import { systemClock } from '@bridge/chaos-core';
import { type Action, type ActionContext, dockerServices, standardActions } from '@bridge/chaos-recovery';
import { expect, test } from 'vitest';
import { startContainer } from '../../docker-engine/index.ts';

const CONTEXT: ActionContext = {
  signal: new AbortController().signal,
  clock: systemClock,
  log: console,
  idempotencyKey: 'test',
};
const actions = standardActions({ services: dockerServices() });

function action(name: string): Action {
  const found = actions.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no action ${name}`);
  return found;
}

test.each([
  ['pause_kernel', 'paused'],
  ['restart_kernel', 'running'],
  ['restart_service', 'running'],
  ['shed_load', 'paused'],
])('%s acts on a container, shows it, and puts back what was found, also twice', async (name, state) => {
  await using container = await startContainer();
  const tried = action(name);
  const options = tried.options.parse(name === 'shed_load' ? { pause: [container.id] } : { service: container.id });
  const undo = await tried.prepare(options, CONTEXT);
  expect((await tried.verify(options, undo, CONTEXT)).is).toBe('bad');
  await tried.run(options, undo, CONTEXT);
  expect(await tried.verify(options, undo, CONTEXT)).toEqual({ is: 'good' });
  expect(await container.status()).toBe(state);
  await tried.revert(undo, CONTEXT);
  await tried.revert(undo, CONTEXT);
  expect(await container.status()).toBe('running');
});

test('resume_kernel takes up a paused container; its undo pauses it again', async () => {
  await using container = await startContainer();
  const services = dockerServices();
  await services.pause(container.id, CONTEXT);
  const resume = action('resume_kernel');
  const options = resume.options.parse({ service: container.id });
  const undo = await resume.prepare(options, CONTEXT);
  await resume.run(options, undo, CONTEXT);
  expect(await container.status()).toBe('running');
  await resume.revert(undo, CONTEXT);
  expect(await container.status()).toBe('paused');
});

test('a container that there is not is said so before anything is done', async () => {
  const pause = action('pause_kernel');
  const options = pause.options.parse({ service: 'no-such-container' });
  await expect(pause.prepare(options, CONTEXT)).rejects.toThrow(/CHAOS_ACTION_FAILED.*no-such-container/);
});

test('a name that nobody has is not taken for the container whose id begins with it', async () => {
  await using stranger = await startContainer();
  const services = dockerServices();
  const name = stranger.id.slice(0, 8);
  expect(await services.state(name, CONTEXT)).toBeUndefined();
  await expect(services.stop(name, CONTEXT)).rejects.toThrow(/CHAOS_ACTION_FAILED.*no container/);
  expect(await stranger.status()).toBe('running');
  expect(await services.state(stranger.id.slice(0, 12), CONTEXT)).toBe('running');
});
