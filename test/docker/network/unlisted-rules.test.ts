import { afterAll, describe, expect, it } from 'vitest';
import { docker, startContainer } from '../../docker-engine/index.ts';
import { helpersAt } from './helpers-at.ts';
import { underFault } from './hold.ts';
import { context, faultIn, plugin } from './hold-plugin.ts';
import { witnessNetwork } from './namespace.ts';
import networkWithTargets from './plugin.ts';

afterAll(async () => plugin.close?.());

/** The image of a helper without some of its files. */
async function imageWithout(files: string, helper: string): Promise<AsyncDisposable & { readonly name: string }> {
  const image = await docker(['inspect', '--format', '{{.Config.Image}}', helper]);
  const name = `chaos-test-without:${files.replace(/[^a-z-]/g, '')}-${process.pid}`;
  const maker = await docker([
    'create',
    '--entrypoint',
    '/bin/busybox',
    image,
    'sh',
    '-c',
    `rm $(find / -name '${files}')`,
  ]);
  await docker(['start', '--attach', maker]);
  await docker(['commit', maker, name]);
  await docker(['rm', maker]);
  return {
    name,
    async [Symbol.asyncDispose]() {
      await docker(['rmi', '--force', name]);
    },
  };
}

describe('rules that a helper cannot list', () => {
  it.each([
    ['lacks iptables', 'xtables-nft-multi'],
    ['has an iptables that fails', 'libnftnl.so*'],
  ])('are not taken for removed when it %s', async (_why, files) => {
    await using web = await startContainer();
    const before = await witnessNetwork(web);
    const { fault, undo } = await underFault(web, 'network.blackhole');
    const broken = await witnessNetwork(web);
    const helpers = await helpersAt(web);

    await using image = await imageWithout(files, helpers[0] ?? '');
    const crippled = networkWithTargets({ helperImage: image.name });
    const blind = faultIn(crippled, 'network.blackhole');
    await expect(blind.revert(undo, context)).rejects.toThrow(/CHAOS_FAULT_FAILED/);
    await expect(blind.observe(undo, context)).rejects.toThrow(/expected the rules of xtables-nft-multi/);
    await expect(blind.fingerprint?.(undo, context)).rejects.toThrow(/expected the rules of xtables-nft-multi/);
    expect(await witnessNetwork(web)).toEqual(broken);
    await crippled.close?.();
    await expect.poll(() => helpersAt(web), { timeout: 20_000 }).toEqual(helpers);

    await fault.revert(undo, context);
    expect(await fault.observe(undo, context)).toBe('absent');
    expect(await witnessNetwork(web)).toEqual(before);
  });
});
