import { ChaosError, type JsonObject } from '@bridge/chaos-core';
import {
  type ControlModule,
  type GlobalControl,
  importChaosToolkit,
  type RunOptions,
  runChaosToolkit,
} from '@bridge/chaos-toolkit';
import { describe, expect, it } from 'vitest';

const truth = { type: 'process', path: 'true' };
const probe = { type: 'probe', name: 'p', tolerance: 0, provider: truth };
const action = (name: string, more: JsonObject = {}): JsonObject => ({
  type: 'action',
  name,
  provider: truth,
  ...more,
});
const control = (name: string, more: JsonObject = {}): JsonObject => ({
  name,
  provider: { type: 'python', module: name },
  ...more,
});

/** A control that notes every point it is called at. */
function noting(notes: string[], name: string): ControlModule {
  const note = (point: string) => (context: { readonly [key: string]: unknown }) => {
    notes.push(`${name} ${point} ${context['name'] ?? context['title']}`);
  };
  return {
    beforeExperiment: note('beforeExperiment'),
    afterExperiment: note('afterExperiment'),
    beforeHypothesis: note('beforeHypothesis'),
    afterHypothesis: note('afterHypothesis'),
    beforeMethod: note('beforeMethod'),
    afterMethod: note('afterMethod'),
    beforeRollback: note('beforeRollback'),
    afterRollback: note('afterRollback'),
    beforeActivity: note('beforeActivity'),
    afterActivity: note('afterActivity'),
  };
}

async function run(change: JsonObject, options: RunOptions, globalControls: readonly GlobalControl[] = []) {
  const json = {
    title: 't',
    description: 'd',
    'steady-state-hypothesis': { title: 'h', probes: [probe] },
    method: [action('a')],
    rollbacks: [action('r')],
    ...change,
  };
  const imported = await importChaosToolkit({ json }, { globalControls });
  return await runChaosToolkit(imported, { mode: 'compat', signals: false, globalControls, ...options });
}

describe('controls', () => {
  it('are called at every point, in order', async () => {
    const notes: string[] = [];
    const module: ControlModule = {
      ...noting(notes, 'c'),
      beforeLoadingExperiment: () => void notes.push('loading'),
      afterLoadingExperiment: () => void notes.push('loaded'),
      configureControl: () => void notes.push('configured'),
      cleanupControl: () => void notes.push('cleaned up'),
    };
    await run({}, { hypothesisStrategy: 'before-method-only' }, [{ name: 'c', module }]);
    const at = (point: string, name: string): string[] => [`c before${point} ${name}`, `c after${point} ${name}`];
    const [beforeHypothesis, afterHypothesis] = at('Hypothesis', 'h');
    expect(notes).toEqual([
      'loading',
      'loaded',
      'configured',
      'c beforeExperiment t',
      beforeHypothesis,
      ...at('Activity', 'p'),
      afterHypothesis,
      'c beforeMethod t',
      ...at('Activity', 'a'),
      'c afterMethod t',
      'c beforeRollback t',
      ...at('Activity', 'r'),
      'c afterRollback t',
      'c afterExperiment t',
      'cleaned up',
    ]);
  });

  it('of the file come from the top first, and twice for an activity with two of its own', async () => {
    const notes: string[] = [];
    const modules = Object.fromEntries(['top', 'own', 'more', 'manual'].map((name) => [name, noting(notes, name)]));
    const method = [action('a', { controls: [control('own', { scope: 'before' }), control('more')] })];
    await run({ method, controls: [control('top'), control('manual', { automatic: false })] }, { controls: modules });
    expect(notes.filter((note) => note.endsWith('beforeActivity a'))).toEqual(
      ['top', 'top', 'own', 'more'].map((name) => `${name} beforeActivity a`),
    );
    expect(notes).not.toContain('own afterActivity a');
  });

  it('may change an activity, and see what came of it', async () => {
    const seen: unknown[] = [];
    const module: ControlModule = {
      beforeActivity(activity) {
        if (activity['name'] === 'a')
          Object.assign(activity, { provider: { type: 'process', path: 'echo', arguments: ['changed'] } });
      },
      afterActivity: (_activity, { state }) => void seen.push(state),
    };
    const { journal } = await run({}, {}, [{ name: 'c', module }]);
    expect(journal.run[0]?.output).toMatchObject({ stdout: 'changed\n' });
    expect(seen).toContain(journal.run[0]);
  });

  it.each([['beforeExperiment'], ['beforeMethod'], ['beforeActivity']] as const)(
    'may interrupt the run in %s',
    async (point) => {
      const stop = (): void => {
        throw new ChaosError('CHAOS_RUN_ABORTED', 'not today');
      };
      const { journal, exitCode } = await run({}, {}, [{ name: 'c', module: { [point]: stop } }]);
      expect([journal.status, exitCode, journal.run, journal.rollbacks]).toEqual(['interrupted', 1, [], []]);
    },
  );

  it('that throw something else are passed over, and said', async () => {
    const broken = (): void => {
      throw new Error('oops');
    };
    const { exitCode, findings } = await run({}, {}, [{ name: 'c', module: { beforeMethod: broken } }]);
    expect(exitCode).toBe(0);
    expect(findings).toMatchObject([{ trap: 'control-failed', message: 'control c threw: oops' }]);
  });
});
