import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Json, JsonObject } from '@bridge/chaos-core';
import {
  type ControlHook,
  importChaosToolkit,
  type PyValue,
  type RunOptions,
  runChaosToolkit,
} from '@bridge/chaos-toolkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let folder = '';
const marker = (): string => join(folder, 'marker');
const undone = (): string => join(folder, 'undone');

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chaos-strict-'));
  await writeFile(marker(), '');
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const process = (path: string, ...args: string[]): JsonObject => ({ type: 'process', path, arguments: args });
const action = (name: string, provider: JsonObject): JsonObject => ({ type: 'action', name, provider });
const markerIsThere = (): JsonObject => ({
  type: 'probe',
  name: 'marker is there',
  tolerance: true,
  provider: { type: 'python', module: 'os.path', func: 'exists', arguments: { path: marker() } },
});

async function run(change: { method: Json; rollbacks?: Json } & JsonObject, options: RunOptions = {}) {
  const json = {
    title: 't',
    description: 'd',
    'steady-state-hypothesis': { title: 'h', probes: [markerIsThere()] },
    rollbacks: [action('undo', process('touch', undone(), marker()))],
    ...change,
  };
  return await runChaosToolkit(await importChaosToolkit({ json }), { signals: false, ...options });
}

describe('mode strict', () => {
  it('passes a sound experiment', async () => {
    const { journal, exitCode, findings } = await run({ method: [action('nothing', process('true'))] });
    expect([journal.status, exitCode, findings]).toEqual(['completed', 0, []]);
    expect(existsSync(undone())).toBe(true);
  });

  it('fails, touches nothing and undoes nothing when the steady state is not met at first', async () => {
    await rm(marker());
    const { journal, exitCode } = await run({ method: [action('nothing', process('true'))] });
    expect([journal.status, exitCode, journal.run]).toEqual(['failed', 3, []]);
    expect(existsSync(undone())).toBe(false);
  });

  it('is 1 when the system deviates, and undoes it', async () => {
    const { journal, exitCode } = await run({ method: [action('remove', process('rm', marker()))] });
    expect([journal.status, journal.deviated, exitCode]).toEqual(['completed', true, 1]);
    expect(existsSync(undone())).toBe(true);
  });

  it.each([
    ['ends badly', process('false')],
    ['cannot be reached', { type: 'http', url: 'http://127.0.0.1:1/' }],
    ['takes too long', { ...process('sleep', '60'), timeout: 0.2 }],
  ])('fails and stops the method when an action %s', async (_, provider) => {
    const later = join(folder, 'later');
    const { journal, exitCode, findings } = await run({
      method: [action('a', provider), action('b', process('touch', later))],
    });
    expect([journal.status, exitCode]).toEqual(['failed', 1]);
    expect(findings).toMatchObject([{ trap: 'method-activity-failed', path: 'method[0]' }]);
    expect(existsSync(later)).toBe(false);
    expect(existsSync(undone())).toBe(true);
  });

  it('fails when only a check during the method did not hold', async () => {
    const seen = Promise.withResolvers<void>();
    const untilSeen = async (): Promise<null> => {
      await seen.promise;
      return null;
    };
    const afterHypothesis: ControlHook = (_context, { state }) => {
      if (JSON.stringify(state).includes('"steady_state_met":false')) seen.resolve();
    };
    const method = [
      action('remove', process('rm', marker())),
      action('wait', { type: 'python', module: 'this_test', func: 'until_seen' }),
      action('put back', process('touch', marker())),
    ];
    const { exitCode, journal } = await run(
      { method },
      {
        hypothesisStrategy: 'during-method-only',
        hypothesisFrequency: 0.01,
        functions: { 'this_test.until_seen': { parameters: [], call: untilSeen } },
        globalControls: [{ name: 'seer', module: { afterHypothesis } }],
      },
    );
    expect([journal.status, journal.deviated, exitCode]).toEqual(['completed', false, 1]);
  });

  it('is 5 when a rollback fails, and goes on with the others', async () => {
    const rollbacks = [action('broken', process('false')), action('undo', process('touch', undone()))];
    const { exitCode, findings } = await run({ method: [], rollbacks });
    expect(findings).toMatchObject([{ trap: 'rollback-failed', path: 'rollbacks[0]' }]);
    expect(exitCode).toBe(5);
    expect(existsSync(undone())).toBe(true);
  });

  it('is 5 when the steady state does not come back', async () => {
    const rollbacks = [action('undo', process('touch', undone()))];
    const { exitCode, findings } = await run(
      { method: [action('remove', process('rm', marker()))], rollbacks },
      { restoredWithin: 0.1, hypothesisFrequency: 0.05 },
    );
    expect(findings).toMatchObject([{ trap: 'steady-state-not-restored' }]);
    expect(exitCode).toBe(5);
  });

  describe('with a check that breaks off', () => {
    const later = (): string => join(folder, 'later');
    // Well before the method; once that was played the tolerance meets a text where it expects a mapping.
    const broken = (change: JsonObject = {}, options: RunOptions = {}) => {
      const readable = {
        type: 'probe',
        name: 'the answer can be read',
        tolerance: { type: 'range', target: 'n', range: [1, 1] },
        provider: { type: 'python', module: 'this_test', func: 'answer' },
      };
      const hypothesis = { title: 'h', probes: [markerIsThere(), readable] };
      const method = [action('a', process('touch', later()))];
      const answer = (): PyValue => (existsSync(later()) ? 'no mapping' : { n: 1 });
      const functions = { 'this_test.answer': { parameters: [], call: answer } };
      return run({ 'steady-state-hypothesis': hypothesis, method, ...change }, { functions, ...options });
    };

    it('is 1 and undoes when that is after the method', async () => {
      const rollbacks = [action('undo', process('rm', later()))];
      const { journal, exitCode, findings } = await broken({ rollbacks });
      expect([journal.status, exitCode, journal.rollbacks.length]).toEqual(['aborted', 1, 1]);
      expect(findings).toMatchObject([{ trap: 'crash', path: 'steady-state-hypothesis' }]);
      expect(existsSync(later())).toBe(false);
    });

    it('is 5 when it still breaks off after the rollbacks', async () => {
      const { journal, exitCode, findings } = await broken({}, { restoredWithin: 0.1, hypothesisFrequency: 0.05 });
      expect([journal.status, exitCode]).toEqual(['aborted', 5]);
      expect(findings).toMatchObject([{ trap: 'crash' }, { trap: 'steady-state-not-restored' }]);
      expect(existsSync(undone())).toBe(true);
    });

    it('is 3 and touches nothing when that is before the method', async () => {
      await writeFile(later(), '');
      const { journal, exitCode } = await broken();
      expect([journal.status, exitCode, journal.run, existsSync(undone())]).toEqual(['aborted', 3, [], false]);
    });

    it('ends without a journal in mode compat, as Chaos Toolkit does', async () => {
      await expect(broken({}, { mode: 'compat' })).rejects.toThrow('writes no journal');
      expect(existsSync(undone())).toBe(false);
    });
  });

  it('is 4 and undoes when the host stops it', async () => {
    const stop = new AbortController();
    const beforeActivity: ControlHook = (activity) => {
      if (activity['name'] === 'wait') stop.abort();
    };
    const globalControls = [{ name: 'stopper', module: { beforeActivity } }];
    const wait = action('wait', process('sleep', '600'));
    const { journal, exitCode } = await run({ method: [wait] }, { signal: stop.signal, globalControls });
    expect([journal.status, exitCode]).toEqual(['interrupted', 4]);
    expect(existsSync(undone())).toBe(true);
  });

  it('keeps secrets out of the journal', async () => {
    const secrets = { vault: { word: 'open-sesame-17' } };
    const { journal } = await run({ method: [action('say', process('echo', '${word}'))], secrets });
    expect(journal.run[0]?.status).toBe('succeeded');
    expect(JSON.stringify(journal)).not.toContain('open-sesame-17');
  });

  it('refuses shell text unless it is allowed to', async () => {
    const method = [action('say', { type: 'process', path: 'echo', arguments: 'a; touch x' })];
    await expect(run({ method })).rejects.toThrow('method[0].provider.arguments: expected a list of arguments');
  });

  it('refuses dynamic configuration that gives no value', async () => {
    const configuration = { k: { type: 'probe', name: 'k', provider: process('false') } };
    await expect(run({ method: [], configuration })).rejects.toThrow(
      'configuration.k: expected a probe that gives the value',
    );
  });

  it('refuses a control that nobody implements', async () => {
    const controls = [{ name: 'c', provider: { type: 'python', module: 'chaosslack.control' } }];
    await expect(run({ method: [], controls })).rejects.toThrow('controls[0].provider.module: expected a control with');
    await expect(run({ method: [], controls }, { controls: { 'chaosslack.control': {} } })).resolves.toMatchObject({
      exitCode: 0,
    });
  });

  it('refuses variables that are not declared', async () => {
    const refused = run({ method: [] }, { variables: { configuration: { nope: 1 } } });
    await expect(refused).rejects.toThrow('--var nope: expected a variable that the experiment declares');
  });
});
