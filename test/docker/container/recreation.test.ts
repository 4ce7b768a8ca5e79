import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { docker, startContainer, type TestContainer, testImage } from '../../docker-engine/index.ts';
import { faultContext, fromDisk, plugin, targetOf } from './harness.ts';

const [, , , , , remove] = plugin.faults;
const context = faultContext();
const params = remove.params.parse({});
const network = `chaos-test-recreation-${process.pid}`;
const subnet = `10.250.${process.pid % 250}`;
const address = `${subnet}.77`;

beforeAll(async () => {
  await testImage();
  await docker(['network', 'create', '--subnet', `${subnet}.0/24`, network]);
});
afterAll(async () => {
  await docker(['network', 'rm', network]);
  await plugin.close?.();
});

/** Prepared and injected: the container is removed. What was made in its place goes when this is disposed. */
async function removed(id: string, name: string) {
  const target = await targetOf(id);
  const mounted = (await docker(['inspect', '--format', '{{range .Mounts}}{{.Name}} {{end}}', id]))
    .split(' ')
    .filter(Boolean);
  const undo = fromDisk(remove, await remove.prepare(target, params, context));
  const fingerprint = await remove.fingerprint?.(undo, context);
  await remove.inject(target, params, undo, context);
  return {
    undo,
    fingerprint,
    [Symbol.asyncDispose]: async () => {
      await docker(['rm', '--force', '--volumes', name]);
      // They have names now: nobody else removes them.
      if (mounted.length > 0) await docker(['volume', 'rm', '--force', ...new Set(mounted)]);
    },
  };
}

async function endpointOf(name: string, of = network) {
  const networks = JSON.parse(await docker(['inspect', '--format', '{{json .NetworkSettings.Networks}}', name]));
  return networks[of];
}

/** What an undoer leaves that is cut off as soon as the container is made again. */
const madeAgain = async ({ name }: TestContainer) =>
  docker(['create', '--name', name, '--network', network, await testImage(), 'sh', '-c', 'sleep infinity']);

const shop = () => startContainer({ network, flags: ['--ip', address, '--network-alias', 'shop'] });

describe('container.remove where the name is how the id of another container begins', () => {
  it.each(['running', 'exited'])('leaves that one alone, which is %s, and makes its own again', async (state) => {
    await using stranger = await startContainer();
    if (state === 'exited') await docker(['stop', stranger.id]);
    await using web = await startContainer({ name: stranger.id.slice(0, 8) });
    await using fault = await removed(web.id, web.name);
    expect(await remove.observe(fault.undo, context)).toBe('present');
    await remove.revert(fault.undo, context);
    expect(await remove.observe(fault.undo, context)).toBe('absent');
    expect(await remove.fingerprint?.(fault.undo, context)).toEqual(fault.fingerprint);
    expect(await docker(['inspect', '--format', '{{.Name}} {{.State.Status}}', web.name])).toBe(`/${web.name} running`);
    expect(await stranger.status()).toBe(state);
  });
});

describe('container.remove whose undo was cut off', () => {
  it.each([
    ['before the networks', async () => undefined],
    [
      'between leaving and joining a network',
      ({ name }: TestContainer) => docker(['network', 'disconnect', '--force', network, name]),
    ],
  ])('%s is completed by the next one: alias and address are back', async (_when, further) => {
    await using web = await shop();
    await using fault = await removed(web.id, web.name);
    await madeAgain(web);
    await further(web);
    await remove.revert(fault.undo, context);
    await remove.revert(fault.undo, context);
    expect(await remove.observe(fault.undo, context)).toBe('absent');
    const endpoint = await endpointOf(web.name);
    expect(endpoint).toMatchObject({ IPAddress: address });
    expect(endpoint.Aliases).toContain('shop');
  });

  it('is not proven by a container that runs without its alias, address and volumes', async () => {
    await using web = await startContainer({ network, flags: ['--network-alias', 'shop', '--volume', '/data'] });
    await using fault = await removed(web.id, web.name);
    const command = [await testImage(), 'sh', '-c', 'sleep infinity'];
    await docker(['run', '--detach', '--name', web.name, '--network', network, '--volume', '/data', ...command]);
    const now = Object(await remove.fingerprint?.(fault.undo, context));
    expect(now.endpoints).not.toEqual(Object(fault.fingerprint).endpoints);
    expect(now.volumes).not.toEqual(Object(fault.fingerprint).volumes);
  });

  it('brings back a container that never ran, and an alias that its id began with', async () => {
    const name = `chaos-test-unstarted-${process.pid}`;
    const id = await docker([
      'create',
      '--name',
      name,
      '--network-alias',
      'shop',
      '--network',
      network,
      await testImage(),
    ]);
    const alias = id.slice(0, 4);
    await docker(['network', 'disconnect', network, name]);
    await docker(['network', 'connect', '--alias', alias, network, name]);
    await using fault = await removed(id, name);
    await remove.revert(fault.undo, context);
    expect(await remove.observe(fault.undo, context)).toBe('absent');
    expect((await endpointOf(name)).Aliases).toContain(alias);
    expect(await remove.fingerprint?.(fault.undo, context)).toEqual(fault.fingerprint);
  });
});

describe('volumes of a container that is made again', () => {
  it.each([
    ['nameless ones', (path: string) => ['--volume', path]],
    ['nameless ones of the mount syntax', (path: string) => ['--mount', `type=volume,dst=${path}`]],
    ['named ones', (path: string) => ['--volume', `chaos-test-${process.pid}:${path}`]],
  ])('are the same: %s, however the path is written', async (_kind, flags) => {
    await using web = await startContainer({ flags: [...flags('/data'), ...flags('/more/')] });
    await web.exec('touch', '/data/kept', '/more/kept');
    await using fault = await removed(web.id, web.name);
    await remove.revert(fault.undo, context);
    expect(await remove.observe(fault.undo, context)).toBe('absent');
    expect(await docker(['exec', web.name, 'cat', '/data/kept', '/more/kept'])).toBe('');
    expect(await remove.fingerprint?.(fault.undo, context)).toEqual(fault.fingerprint);
  });
});
