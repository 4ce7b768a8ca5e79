import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { AnyChaosEvent, ExperimentInput, RecordFilter } from '@bridge/chaos-core';
import { ChaosEngine, monkey } from '@bridge/chaos-core';
import { describe, expect, it } from 'vitest';
import markers from '../fixtures/marker-plugin.ts';
import { World as Folder } from '../guardian/world.ts';

const SLOW = { timeout: 60_000 };

/** A real engine that keeps all its events, as a ledger would. */
async function world() {
  const folder = await Folder.make();
  const recorded: AnyChaosEvent[] = [];
  const engine = () => new ChaosEngine({ plugins: [markers()], armed: true, state: folder.state, guardian: 'none' });
  const begin = async () => {
    const one = engine();
    one.on('*', (event) => recorded.push(event));
    return await one.start();
  };
  const record = ({ type, run }: RecordFilter) =>
    recorded.filter((event) => event.type.startsWith(type.slice(0, -1)) && (run === undefined || event.runId === run));
  const told = (type: AnyChaosEvent['type'], run?: string) =>
    recorded.filter((event) => event.type === type && (run === undefined || event.runId === run));
  return { folder, recorded, begin, record, told, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}

/** One of several folders, picked by the seed. */
function oneOf(folders: readonly string[]): ExperimentInput<readonly [ReturnType<typeof markers>]> {
  return {
    name: 'one of many',
    faults: [
      { delay: '20ms' },
      { type: 'folder.marker', target: { folder: folders[0] ?? '' }, params: {}, for: '20ms' },
    ],
  };
}

describe('the replay of a run', SLOW, () => {
  it('on its own does the same with the same seed, in this engine or with its experiment in a later one', async () => {
    await using scene = await world();
    const experiment = oneOf([scene.folder.root]);
    const first = await scene.begin();
    const run = first.run(experiment, { seed: 77, actor: 'ana' });
    expect((await run.report).reversal).toMatchObject({ injected: 1, clean: true });
    const again = await first.replay(run.id);
    expect(await again.ended).toBe('there is no tick any more');
    await first.close();
    const later = await scene.begin();
    const { record } = scene;
    await expect(later.replay(run.id, { record })).rejects.toThrow(/`experiment` of run/);
    const third = await later.replay(run.id, { record, experiment, actor: 'ben' });
    await third.ended;
    await later.close();
    const starts = scene.told('run:started').map(({ data }) => data);
    expect(starts).toEqual([
      { name: 'one of many', seed: 77, actor: 'ana' },
      { name: 'one of many', seed: 77, actor: `replay of ${run.id}` },
      { name: 'one of many', seed: 77, actor: 'ben' },
    ]);
    expect(scene.told('schedule:started').map(({ data }) => data)).toMatchObject([
      { replays: run.id, seed: 77 },
      { replays: run.id, seed: 77 },
    ]);
    expect(scene.told('fault:effective')).toHaveLength(3);
  });

  it('is refused where it would hit something else; a run that was cut short may have had more before it', async () => {
    await using scene = await world();
    const other = join(scene.folder.root, 'other');
    await mkdir(other);
    const engine = await scene.begin();
    const run = engine.run(oneOf([scene.folder.root]));
    await run.report;
    const both: ReturnType<typeof oneOf> = {
      name: 'one of many',
      faults: [scene.folder.root, other].map((folder) => ({
        type: 'folder.marker' as const,
        target: { folder },
        params: {},
        for: '10ms' as const,
      })),
    };
    const more = await engine.replay(run.id, { experiment: both });
    await more.ended;
    expect(more.counts).toMatchObject({ picked: 0, skipped: 1 });
    const elsewhere = await engine.replay(run.id, { experiment: oneOf([other]) });
    await elsewhere.ended;
    expect(scene.told('schedule:skipped').map(({ data }) => data)).toMatchObject([
      { reason: 'differs', detail: expect.stringContaining('would hit folder') },
      { reason: 'differs', detail: expect.stringContaining('folder other now') },
    ]);
    // As after kill -9: the record has no end of the run.
    const killed = (filter: RecordFilter) => scene.record(filter).filter(({ type }) => type !== 'run:finished');
    const whole = await engine.replay(run.id, { experiment: both, record: killed });
    await whole.ended;
    expect(whole.counts).toMatchObject({ picked: 1, skipped: 0 });
    await engine.close();
  });

  it('that a schedule began repeats the schedule, also when it was killed before its end was recorded', async () => {
    await using scene = await world();
    const things = [
      {
        fault: {
          type: 'folder.marker' as const,
          target: { folder: scene.folder.root },
          params: {},
          for: '10ms' as const,
        },
        name: 'mark',
      },
    ];
    const first = await scene.begin();
    const done = new Promise((resolve) => first.once('schedule:done', resolve));
    const when = { every: '100ms', probability: 1 } as const;
    const schedule = first.schedule(monkey({ name: 'nightly', enabled: true, when, things }));
    await done;
    await schedule.stop();
    await first.close();
    const [begun] = scene.told('run:started');
    const runId = begun?.runId ?? '';
    const picks = scene.told('schedule:picked', schedule.id).length;
    const full = scene.record;
    const killed = (filter: RecordFilter) => full(filter).filter(({ type }) => type !== 'schedule:done');
    for (const record of [full, killed]) {
      const later = await scene.begin();
      const replay = await later.replay(runId, { record, things, mode: 'safe' });
      await replay.ended;
      expect(replay.counts).toMatchObject({ picked: picks, skipped: 0 });
      await later.close();
      expect(scene.told('schedule:started').at(-1)?.data).toMatchObject({ schedule: 'nightly', replays: schedule.id });
    }
  });

  it('of an id that nobody knows says what was looked through, and what is there', async () => {
    await using scene = await world();
    const engine = await scene.begin();
    await expect(engine.replay('run-nobody')).rejects.toThrow(
      /start is in what this engine remembers, got "run-nobody"; it has no schedule and no run/,
    );
    const run = engine.run(oneOf([scene.folder.root]));
    await run.report;
    await expect(engine.replay('run-nobody', { record: scene.record })).rejects.toMatchObject({
      code: 'CHAOS_SCHEDULE_INVALID',
      message: expect.stringContaining(`the given record, got "run-nobody"; it has no schedule and the runs ${run.id}`),
    });
    await engine.close();
  });
});
