import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ChaosEngine } from '@bridge/chaos-core';
import { describe, expect, it } from 'vitest';
import flags from './flag-plugin.ts';
import { FlagWorld, HostProcess } from './host-process.ts';

/** A world whose engine and guardian died with faults live. */
async function orphaned(faults: number): Promise<FlagWorld> {
  const world = await FlagWorld.make();
  await using host = HostProcess.start(world, { faults });
  await host.says('active');
  process.kill(host.guardian, 'SIGKILL');
  host.child.kill('SIGKILL');
  await host.ended;
  return world;
}

function nextEngine({ state, flags: options }: FlagWorld) {
  const damaged: string[] = [];
  const engine = new ChaosEngine({ plugins: [flags(options)], armed: true, state, guardian: 'none' });
  engine.on('journal:damaged', ({ data }) => void damaged.push(data.file));
  return { engine, damaged };
}

describe('the journal', () => {
  it('of a newer version, with fields nobody knows yet, is reverted', async () => {
    await using world = await orphaned(1);
    const [name = ''] = world.entries;
    const file = join(world.state, 'live', name);
    const [head = '', ...notes] = (await readFile(file, 'utf8')).split('\n');
    const newer = {
      ...JSON.parse(head),
      v: 7,
      blastRadius: { share: 0.5 },
      target: { ...JSON.parse(head).target, zone: 'a' },
    };
    const note = { phase: 'hibernating', by: 'someone newer', moon: 'full' };
    await writeFile(file, [JSON.stringify(newer), ...notes.filter(Boolean), JSON.stringify(note), ''].join('\n'));
    const { engine, damaged } = nextEngine(world);
    await using _engine = await engine.start();
    expect(world.isClean).toBe(true);
    expect(damaged).toEqual([]);
  });

  it('with a torn and an empty file: they are reported and kept, the others are reverted', async () => {
    await using world = await orphaned(3);
    const [torn = '', empty = ''] = world.entries.map((name) => join(world.state, 'live', name));
    const whole = await readFile(torn, 'utf8');
    await writeFile(torn, whole.slice(0, 40));
    await writeFile(empty, '');
    const { engine, damaged } = nextEngine(world);
    await using _engine = await engine.start();
    expect(damaged.toSorted()).toEqual([torn, empty].toSorted());
    expect(world.broken).toHaveLength(2);
    expect(world.entries).toHaveLength(2);
    await writeFile(torn, whole);
  });
});
