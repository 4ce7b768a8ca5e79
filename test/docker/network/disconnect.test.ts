import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { docker, startContainer, type TestContainer } from '../../docker-engine/index.ts';
import { context, faultOf, plugin } from './hold-plugin.ts';
import { fromDisk, targetOf } from './scene.ts';

const disconnect = faultOf('network.disconnect');
const chosen = `chaos-test-chosen-${process.pid}`;
const given = `chaos-test-given-${process.pid}`;

beforeAll(async () => {
  const octet = process.pid % 250;
  await docker(['network', 'create', '--subnet', `10.${50 + (process.pid % 40)}.${octet}.0/24`, chosen]);
  await docker(['network', 'create', given]);
});
afterAll(async () => {
  await plugin.close?.();
  await docker(['network', 'rm', chosen, given]);
});

interface Endpoint {
  readonly IPAddress: string;
  readonly MacAddress: string;
  readonly Aliases: readonly string[];
}
async function endpoint(container: TestContainer, network: string): Promise<Endpoint | undefined> {
  const networks: Record<string, Endpoint> = JSON.parse(
    await docker(['inspect', '--format', '{{json .NetworkSettings.Networks}}', container.id]),
  );
  return networks[network];
}

describe('network.disconnect', () => {
  it('gives address, aliases and MAC address back', async () => {
    await using web = await startContainer({
      network: chosen,
      flags: ['--network-alias', 'web', '--network-alias', 'www'],
    });
    const before = await endpoint(web, chosen);
    const target = await targetOf(web.id);
    const params = disconnect.params.parse({});
    const undo = fromDisk(disconnect, await disconnect.prepare(target, params, context));
    await disconnect.inject(target, params, undo, context);
    expect(await endpoint(web, chosen)).toBeUndefined();
    expect(await disconnect.observe(undo, context)).toBe('present');
    await disconnect.revert(undo, context);
    await disconnect.revert(undo, context);
    const after = await endpoint(web, chosen);
    expect(after).toMatchObject({ IPAddress: before?.IPAddress, MacAddress: before?.MacAddress });
    expect([...new Set(after?.Aliases)].sort()).toEqual([...new Set(before?.Aliases)].sort());
    expect(await disconnect.observe(undo, context)).toBe('absent');
  });

  it('outlives a restart of the container and is still undone', async () => {
    await using web = await startContainer({ network: chosen });
    const target = await targetOf(web.id);
    const params = disconnect.params.parse({ network: chosen });
    const undo = await disconnect.prepare(target, params, context);
    await disconnect.inject(target, params, undo, context);
    await docker(['restart', '--time', '0', web.id]);
    expect(await disconnect.observe(undo, context)).toBe('present');
    await disconnect.revert(undo, context);
    expect(await endpoint(web, chosen)).toBeDefined();
    expect(await disconnect.observe(undo, context)).toBe('absent');
  });

  it('refuses a network that would not give the address back, unless any will do', async () => {
    await using web = await startContainer({ network: given });
    const target = await targetOf(web.id);
    const params = disconnect.params.parse({});
    expect(await disconnect.feasible?.(target, params, context)).toMatchObject({
      possible: false,
      remedy: expect.stringContaining('address: any'),
    });
    await expect(disconnect.prepare(target, params, context)).rejects.toThrow(/CHAOS_FAULT_IMPOSSIBLE/);
    const any = disconnect.params.parse({ address: 'any' });
    const undo = await disconnect.prepare(target, any, context);
    await disconnect.inject(target, any, undo, context);
    expect(await disconnect.observe(undo, context)).toBe('present');
    await disconnect.revert(undo, context);
    expect((await endpoint(web, given))?.IPAddress).toMatch(/^\d/);
  });

  it('asks which network when there are several', async () => {
    await using web = await startContainer({ network: given });
    await docker(['network', 'connect', chosen, web.id]);
    const target = await targetOf(web.id);
    expect(await disconnect.feasible?.(target, disconnect.params.parse({}), context)).toMatchObject({
      possible: false,
    });
    expect(await disconnect.feasible?.(target, disconnect.params.parse({ network: chosen }), context)).toMatchObject({
      possible: true,
    });
  });
});
