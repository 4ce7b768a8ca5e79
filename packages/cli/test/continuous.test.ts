import { rm } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { main } from '../src/main.ts';
import { hideCard } from './support/experiments.ts';
import { memoryIo } from './support/memory-io.ts';
import { type Workspace, workspace } from './support/workspace.ts';

const PATIENCE = 240_000;

/** What this file reads of the ledger. */
interface Entry {
  readonly type: string;
  readonly run?: string;
  readonly data: { readonly seed: number };
}

async function entries({ path }: Workspace, type: string): Promise<readonly Entry[]> {
  const io = memoryIo({ cwd: path });
  await main(['ledger', 'query', '--type', type, '--json'], io);
  return JSON.parse(io.written.out()).records.map(({ entry }: { readonly entry: Entry }) => entry);
}

describe('continuous chaos', { timeout: PATIENCE }, () => {
  test('a card is drilled, and counts in the coverage that the ledger tells', async () => {
    await using folder = await workspace();
    await folder.write('card.json', hideCard(folder.other, '500ms'));
    const config = { plugins: { files: { roots: [folder.path] } }, cards: ['card.json'] };
    await folder.write('chaos.config.yaml', JSON.stringify(config));
    const before = memoryIo({ cwd: folder.path });
    expect(await main(['coverage', '--at-least', '1', '--json'], before)).toBe(1);
    expect(JSON.parse(before.written.out())).toMatchObject({ total: { cells: 1, neverDrilled: 1 } });
    const drilling = memoryIo({ cwd: folder.path });
    const code = await main(['drill', '--choose', '--version', 'v1', '--json'], drilling);
    const record = JSON.parse(drilling.written.out());
    expect(record).toMatchObject({ card: 'F001', version: 'v1', kind: 'fault', report: { reversal: { clean: true } } });
    expect(code).toBe({ passed: 0, failed: 1, inconclusive: 3, 'not-run': 3 }[String(record.outcome)]);
    const after = memoryIo({ cwd: folder.path });
    await main(['coverage', '--version', 'v1', '--json'], after);
    const [cell] = JSON.parse(after.written.out()).cells;
    expect(cell).toMatchObject({ card: 'F001', lastDrill: expect.any(String) });
    const io = memoryIo({ cwd: folder.path });
    await main(['replay', record.report.id, '--json'], io);
    const { id, seed, experiment } = record.report;
    expect({ err: io.written.err(), out: JSON.parse(io.written.out()) }).toMatchObject({
      err: expect.stringContaining(`of ${id} with seed ${seed}`),
      out: { seed, experiment, reversal: { clean: true, injected: 1 } },
    });
  });

  test('scenarios and suites are listed, and an unknown parameter is refused before anything is touched', async () => {
    await using folder = await workspace();
    const io = memoryIo({ cwd: folder.path });
    expect(await main(['suite', '--list', '--json'], io)).toBe(0);
    const { suites } = JSON.parse(io.written.out());
    expect(suites).toContainEqual(expect.objectContaining({ name: 'basic_resilience' }));
    const refused = memoryIo({ cwd: folder.path });
    expect(await main(['suite', 'basic_resilience', '--param', 'no_such=1'], refused)).toBe(2);
    expect(refused.written.err()).toContain('no_such');
  });

  test('a scenario of the host file runs with the parameters that were given', async () => {
    await using folder = await workspace();
    const scenario = {
      name: 'file_vanishes',
      description: 'A file is hidden.',
      category: 'files',
      complexity: 'simple',
      parameters: { path: { type: 'text' } },
      steps: [{ type: 'file.hide', target: { file: '${parameters.path}' }, for: '300ms' }],
    };
    await folder.write('scenarios.json', JSON.stringify({ scenarios: [scenario] }));
    const config = { plugins: { files: { roots: [folder.path] } }, scenarios: ['scenarios.json'] };
    await folder.write('chaos.config.yaml', JSON.stringify(config));
    const io = memoryIo({ cwd: folder.path });
    await main(['suite', 'file_vanishes', '--param', `path=${folder.other}`, '--json'], io);
    const out = JSON.parse(io.written.out());
    expect({ err: io.written.err(), out }).toMatchObject({
      out: { runs: [{ outcome: 'ran', report: { reversal: { clean: true, injected: 1 } } }] },
    });
    const { id, seed } = out.runs[0].report;
    const again = memoryIo({ cwd: folder.path });
    await main(['replay', id, '--json'], again);
    const replayed = JSON.parse(again.written.out());
    expect(replayed).toMatchObject({ seed, reversal: { clean: true, injected: 1 } });
    const twice = memoryIo({ cwd: folder.path });
    await main(['replay', replayed.id, '--json'], twice);
    expect(JSON.parse(twice.written.out())).toMatchObject({ seed, reversal: { clean: true, injected: 1 } });
    await rm(folder.other);
    const other = memoryIo({ cwd: folder.path });
    expect(await main(['replay', id, '--json'], other)).not.toBe(0);
    expect(other.written.err() + other.written.out()).toMatch(
      /CHAOS_REPLAY_DIFFERS.*hit .*other\.txt.* then, would hit/s,
    );
  });

  test('the monkey prints what is in force, and runs nothing where nothing is on', async () => {
    await using folder = await workspace();
    await folder.write('bridge.runtime.yaml', 'runtime: { health: { recovery: false } }\n');
    const printed = memoryIo({ cwd: folder.path, env: { BRH_CHAOS_INTERVAL: '30' } });
    expect(await main(['monkey', '--print'], printed)).toBe(0);
    expect(printed.written.out()).toMatch(/chaos\.interval\s+30\s+\(.*BRH_CHAOS_INTERVAL/);
    const io = memoryIo({ cwd: folder.path });
    expect(await main(['monkey', '--for', '1s'], io)).toBe(0);
    expect(io.written.err()).toMatch(/off\s+monkey/);
  });

  test('the monkey chooses from experiments until its time is over', async () => {
    await using folder = await workspace();
    await folder.write('e.json', JSON.stringify({ name: 'nothing', faults: [{ delay: '1ms' }] }));
    await folder.write('bridge.runtime.yaml', 'runtime: { health: { recovery: false } }\n');
    const io = memoryIo({ cwd: folder.path, env: { BRH_CHAOS_ENABLED: 'true', BRH_CHAOS_INTERVAL: '3600' } });
    expect(await main(['monkey', 'e.json', '--for', '300ms'], io)).toBe(0);
    expect(io.written.err()).toMatch(/on\s+monkey/);
  });

  test('what the monkey did is repeated from the ledger, by the id of one of its runs', async () => {
    await using folder = await workspace();
    await folder.write('e.json', JSON.stringify({ name: 'nothing', faults: [{ delay: '1ms' }] }));
    await folder.write('bridge.runtime.yaml', 'runtime: { health: { recovery: false } }\n');
    const env = { BRH_CHAOS_ENABLED: 'true', BRH_CHAOS_INTERVAL: '1', BRH_KILL_PROB: '1' };
    const monkey = memoryIo({ cwd: folder.path, env });
    const ended = main(['monkey', 'e.json'], monkey);
    await expect.poll(monkey.written.out, { timeout: 120_000 }).toContain('schedule "monkey" nothing');
    monkey.signal('SIGTERM');
    expect(await ended).toBe(4);
    const [runs, schedules] = [await entries(folder, 'run:started'), await entries(folder, 'schedule:picked')];
    const seeds = runs.map(({ data }) => data.seed);
    expect(seeds).not.toEqual([]);
    const shelf = memoryIo({ cwd: folder.path });
    expect(await main(['report', '--list', '--json'], shelf)).toBe(0);
    expect(JSON.parse(shelf.written.out())).toHaveLength(runs.length);
    const id = runs[0]?.run ?? 'no run';
    const io = memoryIo({ cwd: folder.path });
    await main(['replay', id, '--json'], io);
    const said = JSON.parse(io.written.out());
    const reports: { readonly seed: number }[] = said.reports ?? [said];
    const repeated = reports.map(({ seed }) => seeds.includes(seed));
    expect({ said, repeated: new Set(repeated) }).toMatchObject({ repeated: new Set([true]) });
    expect(io.written.err()).toContain(`replaying what the ledger has of ${id}`);
    const [again] = await entries(folder, 'schedule:started');
    expect(again?.data).toMatchObject({ schedule: 'monkey', replays: schedules[0]?.run });
    const unknown = memoryIo({ cwd: folder.path });
    expect(await main(['replay', 'run-nobody', '--experiment', 'e.json'], unknown)).toBe(2);
    expect(unknown.written.err()).toMatch(/the given record, got "run-nobody"; it has the schedules schedule-/);
  });

  test('a Chaos Toolkit experiment is told its traps, and runs', async () => {
    await using folder = await workspace();
    const experiment = {
      title: 'a file is there',
      description: 'it is',
      'steady-state-hypothesis': {
        title: 'it is there',
        probes: [
          {
            type: 'probe',
            name: 'look',
            tolerance: 0,
            provider: { type: 'process', path: '/bin/ls', arguments: [folder.seen] },
          },
        ],
      },
      method: [],
      rollbacks: [],
    };
    await folder.write('ctk.json', JSON.stringify(experiment));
    const checking = memoryIo({ cwd: folder.path });
    expect(await main(['import', 'ctk.json', '--compat', '--json'], checking)).toBe(0);
    expect(JSON.parse(checking.written.out())).toMatchObject({ title: 'a file is there', traps: expect.any(Array) });
    const running = memoryIo({ cwd: folder.path });
    expect(await main(['import', 'ctk.json', '--run', '--compat', '--json'], running)).toBe(0);
    expect(JSON.parse(running.written.out())).toMatchObject({ journal: { status: 'completed', deviated: false } });
  });
});
