import { isChaosError, runScenario, runSuite, type SuiteInput } from '@bridge/chaos-core';
import { describe, expect, it } from 'vitest';
import flawed from '../fixtures/flawed-plugin.ts';
import { libraryOf, like } from './fixture.ts';
import { intact, liveEngine } from './live.ts';

const TRIPLE: SuiteInput = {
  name: 'triple',
  description: 'the same thing three times',
  scenarios: ['one', { scenario: 'one', name: 'again', with: { time: '300ms' } }, 'two'],
};
const library = libraryOf({ scenarios: [like('two', { tags: ['last'] })], suites: [TRIPLE] });

function optionsFor(folder: string) {
  return {
    parameters: { where: { folder }, time: '200ms' },
    experiment: {
      baseline: '300ms',
      steadyState: { probes: [intact({ name: 'folder', folder, every: '10ms', timeout: '10s' })] },
      recovery: { within: '20s', hold: '300ms' },
    },
  } as const;
}

function outcomes(runs: Awaited<ReturnType<typeof runSuite>>['runs']): string[] {
  return runs.map(({ name, outcome }) => `${name} ${outcome}`);
}

describe('a suite', { timeout: 60_000 }, () => {
  it('runs its scenarios in order, each with the parameters it has, and leaves out what it is told to', async () => {
    await using live = await liveEngine();
    const { engine, world } = live;
    const started: string[] = [];
    using _listening = engine.on('run:started', ({ data }) => void started.push(data.name));
    const result = await runSuite(engine, library, 'triple', { ...optionsFor(world.root), without: ['two'] });
    expect(started).toEqual(['one', 'again']);
    expect(outcomes(result.runs)).toEqual(['one ran', 'again ran', 'two left-out']);
    const [, again] = result.runs;
    expect(again?.outcome === 'ran' && JSON.stringify(again.report.experiment)).toContain('"for":300');
    expect(result.ended).toBe('complete');
    expect(world.isBroken('crumb')).toBe(false);
  });

  it('stops at a leak: nothing more is broken', async () => {
    await using live = await liveEngine(flawed({ flaw: 'revert that does nothing' }));
    const { engine, world } = live;
    const result = await runSuite(engine, library, 'triple', optionsFor(world.root));
    expect(result).toMatchObject({ ended: 'leaked', passed: false });
    expect(outcomes(result.runs)).toEqual(['one ran', 'again not-run', 'two not-run']);
    expect(result.runs[1]).toMatchObject({ reason: 'a fault of an earlier run could not be proven undone' });
    await expect(engine.close()).rejects.toThrow('CHAOS_FAULT_LEAKED');
  });

  it('stops when it is told to, and after a run that did not pass if asked to', async () => {
    await using live = await liveEngine();
    const { engine, world } = live;
    const stop = new AbortController();
    using _listening = engine.once('fault:effective', () => stop.abort(new Error('enough')));
    const told = await runSuite(engine, library, 'triple', { ...optionsFor(world.root), signal: stop.signal });
    expect(outcomes(told.runs)).toEqual(['one ran', 'again not-run', 'two not-run']);
    expect(told.ended).toBe('aborted');
    // Without probes no run tells anything, and that is not passed.
    const { parameters } = optionsFor(world.root);
    const failed = await runSuite(engine, library, 'triple', { parameters, timeScale: 0.01, stopOnFailure: true });
    expect(failed.ended).toBe('failed');
    expect(outcomes(failed.runs)).toEqual(['one ran', 'again not-run', 'two not-run']);
  });

  it('is checked as a whole before anything runs', async () => {
    await using live = await liveEngine();
    const { engine, world } = live;
    const wrong = async (options: object): Promise<string> => {
      const thrown = await runSuite(engine, library, 'triple', { ...optionsFor(world.root), ...options }).catch(
        (error: unknown) => error,
      );
      return isChaosError(thrown) ? thrown.message : 'no error';
    };
    expect(await wrong({ parameters: {} })).toContain('parameters.where: expected a selector');
    expect(await wrong({ parameters: { wher: 1 } })).toContain(
      'parameters.wher: expected a parameter of one of its scenarios, got "wher"; did you mean "where"?',
    );
    expect(await wrong({ perRun: { agan: {} } })).toContain(
      'perRun.agan: expected the name of one of its runs, got "agan"; did you mean "again"?',
    );
    expect(await wrong({ without: ['three'] })).toContain('without.three: expected the name of one of its runs');
    expect(await wrong({ perRun: { two: { where: { proxy: 'x' } } } })).toContain(
      'scenario two: steps[0].target: expected a target that litter can be done to',
    );
    await expect(runSuite(engine, library, 'tripel')).rejects.toThrow('did you mean "triple"?');
    expect(engine.recent().some(({ type }) => type === 'run:started')).toBe(false);
  });

  it('is as well one scenario alone', async () => {
    await using live = await liveEngine();
    const { engine, world } = live;
    const run = runScenario(engine, library, 'one', {
      ...optionsFor(world.root),
      name: 'alone',
      seed: 3,
      actor: 'ana',
    });
    expect(await run.report).toMatchObject({
      name: 'alone',
      seed: 3,
      actor: 'ana',
      reversal: { clean: true, injected: 1 },
    });
  });
});
