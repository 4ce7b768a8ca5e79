import { ChaosEngine, inProcessSampler, type Sample, silentLogger, systemClock } from '@bridge/chaos-core';
import { metric, recovery, signal, workerSampler } from '@bridge/chaos-recovery';
import { describe, expect, it } from 'vitest';
import { issuesOf, openProbe, patient } from './open-probe.ts';
import { temporaryFolder } from './server/temporary-folder.ts';

describe('metric probe', () => {
  it('gives the number of its callback, held against the limits', async () => {
    let depth = 3;
    await using probe = await openProbe(
      metric('queue-depth', () => depth),
      { expect: { atLeast: 0, atMost: 100 } },
    );
    expect(await probe.check(patient())).toEqual({ health: 'healthy', value: 3 });
    depth = 101;
    const detail = 'expected at most 100, got 101';
    expect(await probe.check(patient())).toEqual({ health: 'degraded', value: 101, detail });
  });

  it('waits for a promise, and takes no number for no knowledge', async () => {
    const answers = [Promise.resolve(1), Promise.resolve(Number.NaN), Promise.reject(new Error('no link'))];
    const next = metric('any', () => answers.shift() ?? Number.POSITIVE_INFINITY);
    await using probe = await openProbe(next, { expect: { equals: 1 } });
    expect(await probe.check(patient())).toEqual({ health: 'healthy', value: 1 });
    expect(await probe.check(patient())).toEqual({ health: 'unknown', detail: 'expected a finite number, got NaN' });
    const detail = 'any could not be read: Error: no link';
    expect(await probe.check(patient())).toEqual({ health: 'unknown', detail });
    expect(await probe.check(patient())).toMatchObject({ health: 'unknown' });
  });

  it('is looked at in the host by the sampler that has a thread', async () => {
    const state = { depth: 7 };
    const implementation = metric('queue-depth', () => state.depth);
    const seen = Promise.withResolvers<Sample>();
    const probe = { name: 'queue', type: 'queue-depth', every: 10, timeout: 5_000, options: { expect: { below: 9 } } };
    // It came with a plugin, so a thread could import its module, and would look at another `state`.
    const origin = { module: import.meta.url, options: {} };
    const running = await workerSampler().start([{ ...probe, implementation, origin }], seen.resolve, {
      clock: systemClock,
      log: silentLogger,
    });
    expect(await seen.promise).toMatchObject({ health: 'healthy', value: 7 });
    await running.stop();
  });

  it.each([
    [{}, /^expect: expected \{ equals, above/],
    [{ expect: {} }, /^expect: expected at least one of equals/],
    [{ expect: { atMost: '5' } }, /^expect\.atMost: /],
  ])('refuses %j', (options, complaint) => {
    expect(
      issuesOf(
        metric('any', () => 0),
        options,
      ).join('\n'),
    ).toMatch(complaint);
  });
});

describe('signal probe', () => {
  it('sees what the host tells its engine, by kind and name', async () => {
    await using folder = await temporaryFolder();
    await using engine = new ChaosEngine({ plugins: [recovery()], state: folder.path });
    const context = { clock: systemClock, log: silentLogger, events: engine };
    engine.signal({ kind: 'trigger', name: 'before' });
    const options = signal.options.parse({ kind: 'trigger', signal: { matches: '^latency-' } });
    const probe = await signal.open(options, context);
    const none = { health: 'degraded', value: 0, detail: 'expected a signal of the host, saw none' };
    expect(await probe.check(patient())).toEqual(none);
    engine.signal({ kind: 'playbook', name: 'latency-fix' });
    engine.signal({ kind: 'trigger', name: 'disk-full' });
    expect(await probe.check(patient())).toEqual(none);
    engine.signal({ kind: 'trigger', name: 'latency-high' });
    expect(await probe.check(patient())).toEqual({ health: 'healthy', value: 1 });
    await probe.close();
  });

  it('looks back as far as it is told, and tells that nothing came', async () => {
    await using folder = await temporaryFolder();
    await using engine = new ChaosEngine({ plugins: [recovery()], state: folder.path });
    const context = { clock: systemClock, log: silentLogger, events: engine };
    engine.signal({ kind: 'task', name: 'T-1' });
    const back = await signal.open(signal.options.parse({ within: '1h' }), context);
    expect(await back.check(patient())).toEqual({ health: 'healthy', value: 1 });
    await back.close();
    const quiet = await signal.open(signal.options.parse({ expect: 'absent' }), context);
    expect(await quiet.check(patient())).toEqual({ health: 'healthy', value: 0 });
    engine.signal({ kind: 'task', name: 'T-2' });
    const detail = 'expected no signal, saw 1';
    expect(await quiet.check(patient())).toEqual({ health: 'degraded', value: 1, detail });
    await quiet.close();
  });

  it('can be written in an experiment as text, and hears the engine that runs it', async () => {
    await using folder = await temporaryFolder();
    await using engine = new ChaosEngine({
      plugins: [recovery()],
      armed: true,
      guardian: 'none',
      state: folder.path,
      sampler: inProcessSampler(),
    });
    await engine.start();
    engine.signal({ kind: 'trigger', name: 'seen' });
    const run = engine.run({
      name: 'signals',
      steadyState: {
        probes: [{ name: 'alert', type: 'signal', signal: { equals: 'seen' }, within: '1h', every: '20ms' }],
      },
      baseline: '200ms',
      faults: [{ delay: '10ms' }],
    });
    const { probes } = await run.report;
    expect(probes[0]?.phases.find(({ phase }) => phase === 'baseline')).toMatchObject({ degraded: 0, unknown: 0 });
  });

  it('says what it needs where there is no engine', async () => {
    await expect(openProbe(signal, {})).rejects.toThrow(/CHAOS_PROBE_INVALID: expected an engine to hear events from/);
  });

  it.each([
    [{ kind: 'alert' }, /^kind: expected one of trigger, playbook, task/],
    [{ signal: 'x' }, /^signal: expected one of \{ equals: text \}/],
    [{ within: 0 }, /^within: expected a duration above 0/],
    [{ expect: 'none' }, /^expect: expected 'seen' or 'absent'/],
  ])('refuses %j', (options, complaint) => {
    expect(issuesOf(signal, options).join('\n')).toMatch(complaint);
  });
});
