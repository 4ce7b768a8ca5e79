import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { docker, startContainer, testImage } from '../../docker-engine/index.ts';
import { faultContext, fromDisk, plugin, targetOf } from './harness.ts';

const [, , , , , remove] = plugin.faults;
const context = faultContext();
const params = remove.params.parse({});

beforeAll(() => testImage());
afterAll(() => plugin.close?.());

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
