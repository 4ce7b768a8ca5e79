import { isChaosError, type JsonObject } from '@bridge/chaos-core';
import { conformanceChecks, type FaultHarness } from '@bridge/chaos-core/testkit';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostileText } from '../../../packages/injectors/test/network/hostile-text.ts';
import { docker, startContainer, type TestContainer, testImage } from '../../docker-engine/index.ts';
import { faultContext, plugin, targetOf } from './harness.ts';

const [, , , , , remove, exec] = plugin.faults;
const context = faultContext();
const network = `chaos-test-changes-${process.pid}`;
const impossible = (error: unknown) => isChaosError(error, 'CHAOS_FAULT_IMPOSSIBLE');

// Made at once by several tests, one tag would have several images.
beforeAll(() => testImage());
afterAll(() => plugin.close?.());

const EXEC = {
  command: ['touch', '/tmp/there'],
  undo: ['rm', '-f', '/tmp/there'],
  check: ['test', '-e', '/tmp/there'],
};

function harnessOf(params: JsonObject, look: (web: TestContainer) => Promise<string>): FaultHarness {
  return {
    plugin,
    // Far more than a guardian needs on a machine that has time.
    cleanWithin: 60_000,
    async make() {
      const web = await startContainer({ labels: { tier: 'web' } });
      return {
        target: await targetOf(web.id),
        params,
        witness: () => look(web),
        async [Symbol.asyncDispose]() {
          // By name: what was made again has another id.
          await docker(['rm', '--force', '--volumes', web.name]);
        },
      };
    },
  };
}

const FORMAT =
  '{{.State.Status}} {{.Config.Image}} {{.Path}} {{json .Args}} {{json .Config.Labels}} {{.HostConfig.NetworkMode}}';
const inspected = ({ name }: TestContainer) =>
  docker(['inspect', '--format', FORMAT, name]).catch((error: unknown) =>
    /No such/.test(String(error)) ? 'none' : 'odd',
  );

const HARNESSES = [
  { fault: remove, harness: harnessOf({}, inspected) },
  { fault: exec, harness: harnessOf(EXEC, (web) => docker(['exec', web.id, 'ls', '/tmp'])) },
];
const all = process.env['CHAOS_CONFORMANCE'] === 'all';
const STEPS = ['inject:after', 'revert:after', 'engine and guardian killed'];

describe.each(HARNESSES.map((one) => [one.fault.type, one] as const))('%s', (_type, { fault, harness }) => {
  for (const { name, kind, run } of conformanceChecks(fault, harness)) {
    const chosen = (fault === remove ? STEPS : STEPS.slice(0, 1)).some((step) => name.includes(step));
    if (kind === 'verbs' || all || chosen) it.concurrent(name, run, 240_000);
  }
});

describe('container.remove', () => {
  it('brings back volumes without a name, the address, aliases and every network', async () => {
    await docker([
      'network',
      'create',
      '--subnet',
      `10.${130 + (process.pid % 100)}.${process.pid % 250}.0/24`,
      network,
    ]);
    try {
      const address = `10.${130 + (process.pid % 100)}.${process.pid % 250}.77`;
      await using web = await startContainer({
        network,
        flags: ['--ip', address, '--network-alias', 'shop', '--volume', '/data'],
      });
      await docker(['network', 'connect', 'bridge', web.id]);
      await web.exec('touch', '/data/kept');
      const target = await targetOf(web.id);
      const undo = await remove.prepare(target, { changedFiles: 'refuse' }, context);
      await remove.inject(target, { changedFiles: 'refuse' }, undo, context);
      expect(await remove.observe(undo, context)).toBe('present');
      await remove.revert(undo, context);
      try {
        expect(await remove.observe(undo, context)).toBe('absent');
        const again = await docker(['inspect', '--format', '{{json .NetworkSettings.Networks}}', web.name]);
        expect(Object.keys(JSON.parse(again)).sort()).toEqual(['bridge', network].sort());
        expect(JSON.parse(again)[network]).toMatchObject({ IPAddress: address });
        expect(JSON.parse(again)[network].Aliases).toContain('shop');
        expect(await docker(['exec', web.name, 'ls', '/data'])).toBe('kept');
      } finally {
        await docker(['rm', '--force', '--volumes', web.name]);
      }
    } finally {
      await docker(['network', 'rm', network]);
    }
  });

  it('is refused where files outside of volumes, or volumes, would be lost', async () => {
    await using web = await startContainer();
    await web.exec('touch', '/tmp/mine');
    const target = await targetOf(web.id);
    await expect(remove.prepare(target, { changedFiles: 'refuse' }, context)).rejects.toThrow(/changedFiles: discard/);
    await remove.prepare(target, { changedFiles: 'discard' }, context);
    await using brief = await startContainer({ flags: ['--rm'] });
    await expect(remove.prepare(await targetOf(brief.id), { changedFiles: 'discard' }, context)).rejects.toSatisfy(
      impossible,
    );
  });
});

describe('container.exec', () => {
  it('hands every word over as data: no shell reads it, no canary is made', async () => {
    await using web = await startContainer();
    const target = await targetOf(web.id);
    await fc.assert(
      fc.asyncProperty(hostileText, async (text) => {
        const given = exec.params.safeParse({ ...EXEC, command: ['test', text, '=', text] });
        if (!given.success) {
          expect(text).toContain('\0');
          return;
        }
        fc.pre(text.isWellFormed());
        const undo = await exec.prepare(target, given.data, context);
        await exec.inject(target, { ...given.data, command: ['busybox', 'printf', '%s', text] }, undo, context);
      }),
      { numRuns: 15 },
    );
    expect(await web.exec('ls', '/run')).not.toContain('canary');
  });

  it('tells what a command said that failed, and refuses a check that cannot be run', async () => {
    await using web = await startContainer();
    const target = await targetOf(web.id);
    const failing = exec.params.parse({ ...EXEC, command: ['ls', '/none'] });
    const undo = await exec.prepare(target, failing, context);
    await expect(exec.inject(target, failing, undo, context)).rejects.toThrow(/\["ls","\/none"\].*No such file/);
    const blind = await exec.prepare(target, exec.params.parse({ ...EXEC, check: ['no-such-program'] }), context);
    await expect(exec.observe(blind, context)).rejects.toThrow(/no-such-program/);
    await docker(['pause', web.id]);
    expect(await exec.feasible?.(await targetOf(web.id), failing, context)).toMatchObject({ possible: false });
  });
});
