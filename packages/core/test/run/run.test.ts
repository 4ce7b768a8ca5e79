import {
  type AnyChaosEvent,
  ChaosError,
  inProcessSampler,
  parseExperiment,
  type Report,
  Run,
  reportJsonSchema,
  reportSchema,
} from '@bridge/chaos-core';
import { describe, expect, it } from 'vitest';
import type { RunHost } from '../../src/run/run-host.ts';
import { settle, World } from './world.ts';

const probe = { name: 'front', type: 'service', service: 'front', every: 100, timeout: 500 };
const disturb = (service: string, params: object = { wrong: true }) => ({
  type: 'service.disturb',
  target: { service },
  params,
});

function experiment(world: World, changes: object = {}) {
  const { registry } = world.host();
  return parseExperiment(
    {
      name: 'front survives',
      steadyState: { probes: [probe], objectives: [{ probe: 'front', success: 0.95 }] },
      baseline: '10s',
      faults: [{ ...disturb('front'), for: '10s' }],
      recovery: { within: '30s', hold: '5s' },
      ...changes,
    },
    registry,
  );
}

function begin(world: World, changes: object = {}, host: RunHost = world.host(), signal?: AbortSignal): Run {
  return new Run(host, { id: 'run-1', experiment: experiment(world, changes), seed: 7, actor: 'test' }, signal);
}

async function runOf(world: World, changes: object = {}, host?: RunHost): Promise<Report> {
  return settle(world.clock, begin(world, changes, host).report);
}

const codes = (report: Report): string[] => report.reasons.map(({ code }) => code);
const phases = (report: Report): string[] => report.phases.map(({ phase }) => phase);

describe('a run', () => {
  it('reports recovered when users were hit and were fine again in time', async () => {
    const world = new World('front');
    const report = await runOf(world);
    expect(report.verdict).toBe('recovered');
    expect(report.passed).toBe(true);
    expect(phases(report)).toEqual(['prepare', 'baseline', 'failure', 'recovery', 'validation', 'analysis']);
    const { impact, effect, removed, recovered, confirmed } = report.marks;
    expect([impact, recovered, confirmed].map((at) => Math.round((at ?? 0) / 100) * 100)).toEqual([
      10_100, 20_100, 25_100,
    ]);
    expect(effect).toBe(10_015);
    expect(removed).toBe(20_025);
    expect(report.timeToRecover).toBe((recovered ?? 0) - (impact ?? 0));
    expect(report.faults).toMatchObject([
      { outcome: 'injected', state: { phase: 'reverted', cause: 'hold-over', reversal: { observation: 'absent' } } },
    ]);
    expect(report.reversal).toEqual({ clean: true, injected: 1, proven: 1, leaked: [] });
  });

  it('reports held when nobody was hit, and proves it with numbers', async () => {
    const world = new World('front', 'back');
    const report = await runOf(world, { faults: [{ ...disturb('back'), for: '10s' }], expect: 'held' });
    expect(report.verdict).toBe('held');
    expect(report.objectives.find(({ span }) => span === 'fault')).toMatchObject({ outcome: 'pass', share: 1 });
    expect(report.marks.impact).toBeNull();
  });

  it('is failed when an objective is broken that was expected to hold', async () => {
    const report = await runOf(new World('front'), { expect: 'held' });
    expect(report.verdict).toBe('failed');
    expect(codes(report)).toContain('objective-broken');
  });

  it('is inconclusive when there were too few checks to prove that the objective held', async () => {
    const world = new World('front', 'back');
    const report = await runOf(world, { faults: [{ ...disturb('back'), for: '4s' }], expect: 'held' });
    expect(report.verdict).toBe('inconclusive');
    expect(report.reasons[0]).toMatchObject({ code: 'objective-undecided', numbers: { needed: 73 } });
  });

  it('is failed with a censored time when the system never recovers', async () => {
    const world = new World('front');
    world.misbehaviour.onRevert = (service) => {
      service.up = false;
    };
    const report = await runOf(world);
    expect(report.verdict).toBe('failed');
    expect(codes(report)).toContain('not-recovered');
    expect(report.timeToRecover).toBeNull();
    expect(report.timings.timeToRecoverAtLeast).toBeGreaterThan(39_000);
    expect(report.timings.timeToRecoverAtLeast).toBeLessThanOrEqual(40_000);
  });

  it('counts latency over the objective as impact', async () => {
    const report = await runOf(new World('front'), {
      steadyState: { probes: [probe], objectives: [{ probe: 'front', p95: '100ms' }] },
      faults: [{ ...disturb('front', { latency: 200 }), for: '10s' }],
    });
    expect(report.verdict).toBe('recovered');
    expect(report.marks.impact).not.toBeNull();
  });

  it('is leaked when a fault is not proven undone, whatever else happened', async () => {
    const world = new World('front');
    world.misbehaviour.leaks = true;
    const report = await runOf(world, { stopWhen: [{ probe: 'front', successBelow: 0.5, over: '1s' }] });
    expect(report.verdict).toBe('leaked');
    expect(codes(report)).toContain('aborted-stop-condition');
    expect(report.reversal).toMatchObject({ clean: false, leaked: ['service.disturb on front'] });
  });

  it('is invalid when the effect could not be proven', async () => {
    const world = new World('front');
    world.misbehaviour.rejects = new ChaosError('CHAOS_FAULT_INERT', 'no effect was seen');
    const report = await runOf(world);
    expect(report.verdict).toBe('invalid');
    expect(report.faults).toMatchObject([{ outcome: 'failed', code: 'CHAOS_FAULT_INERT' }]);
    expect(codes(report)[0]).toBe('effect-not-proven');
  });

  it('is invalid and injects nothing when the system is broken beforehand', async () => {
    const world = new World('front');
    world.service('front').wrong = true;
    const report = await runOf(world);
    expect(report.verdict).toBe('invalid');
    expect(codes(report)[0]).toBe('baseline-broken');
    expect(world.log).toEqual([]);
  });

  it('is aborted when a guard refuses, before or during the run', async () => {
    const refusal = new ChaosError('CHAOS_GUARD_REFUSED', 'blast radius: 3 of 4, limit 2');
    const before = new World('front');
    const refused = await runOf(before, {}, before.host({ admit: () => Promise.reject(refusal) }));
    expect(refused.verdict).toBe('aborted');
    expect(codes(refused)[0]).toBe('aborted-refused');
    expect(before.log).toEqual([]);

    const during = new World('front');
    during.misbehaviour.rejects = refusal;
    const report = await runOf(during);
    expect(report.verdict).toBe('aborted');
    expect(codes(report)[0]).toBe('fault-refused');
  });

  it('is inconclusive when nothing looked at the system', async () => {
    const report = await runOf(new World('front'), { steadyState: { probes: [] }, baseline: 0 });
    expect(report.verdict).toBe('inconclusive');
    expect(codes(report)[0]).toBe('no-probes');
  });

  it('is inconclusive when the selector matched nothing and may be skipped', async () => {
    const report = await runOf(new World('front'), {
      faults: [{ ...disturb('front'), target: { service: 'nobody', onEmpty: 'skip' }, for: '1s' }],
    });
    expect(report.verdict).toBe('inconclusive');
    expect(codes(report)[0]).toBe('nothing-injected');
    expect(report.events.map(({ type }) => type)).toContain('step:skipped');
  });

  it('is invalid when the selector matches nothing', async () => {
    const report = await runOf(new World('front'), { faults: [disturb('nobody')] });
    expect(report.verdict).toBe('invalid');
    expect(codes(report)[0]).toBe('target-not-found');
  });

  it('is failed on a relapse, and not on the impact of a second fault', async () => {
    const relapsing = new World('front');
    relapsing.misbehaviour.onInject = (service) => {
      relapsing.clock.timer(5_000, () => Object.assign(service, { wrong: false }));
      relapsing.clock.timer(15_000, () => Object.assign(service, { wrong: true }));
      relapsing.clock.timer(18_000, () => Object.assign(service, { wrong: false }));
    };
    const report = await runOf(relapsing, { faults: [{ ...disturb('front'), for: '30s' }] });
    expect(report.verdict).toBe('failed');
    expect(codes(report)[0]).toBe('relapse');
    expect(report.relapses).toBe(1);

    const again = await runOf(new World('front'), {
      faults: [{ ...disturb('front'), for: '5s' }, { delay: '10s' }, { ...disturb('front'), for: '5s' }],
    });
    expect(again.episodes).toHaveLength(2);
    expect(again.relapses).toBe(0);
    expect(again.verdict).toBe('recovered');
  });

  it('is flapping after three false recoveries', async () => {
    const world = new World('front');
    world.misbehaviour.onInject = (service) => {
      for (const start of [3_000, 7_000, 11_000]) {
        world.clock.timer(start, () => Object.assign(service, { wrong: false }));
        world.clock.timer(start + 3_000, () => Object.assign(service, { wrong: true }));
      }
    };
    const report = await runOf(world, { faults: [{ ...disturb('front'), for: '20s' }] });
    expect(report.verdict).toBe('flapping');
    expect(report.flaps).toBe(3);
  });
});

describe('momentary faults', () => {
  it('count as self-healed when a supervisor brought the service back', async () => {
    const world = new World('front');
    world.restartAfter = 3_000;
    const report = await runOf(world, { faults: [{ type: 'service.crash', target: { service: 'front' } }] });
    expect(report.verdict).toBe('recovered');
    expect(report.timings.selfHeal).toBe(report.timeToRecover);
    expect(report.marks.removed).toBeNull();
    expect(world.log).toContain('restore front was back already');
  });

  it('never count as healed when the engine had to put the state back', async () => {
    const world = new World('front');
    const report = await runOf(world, { faults: [{ type: 'service.crash', target: { service: 'front' } }] });
    expect(report.verdict).toBe('failed');
    expect(report.timings.selfHeal).toBeNull();
    expect(report.faults).toMatchObject([{ state: { phase: 'spent', restoredByEngine: true } }]);
    expect(world.service('front').up).toBe(true);
  });
});

describe('the end of a run before its end', () => {
  it('reverts newest first and reports aborted', async () => {
    const world = new World('front', 'back');
    const run = begin(world, { faults: [disturb('back'), disturb('front'), { delay: '60s' }] });
    void world.clock.sleep(20_000).then(() => run.abort('pager says no'));
    const report = await settle(world.clock, run.report);
    expect(report.verdict).toBe('aborted');
    expect(report.reasons[0]).toMatchObject({ code: 'aborted-requested', sentence: 'pager says no' });
    expect(world.log.slice(2)).toEqual(['revert front run-aborted', 'revert back run-aborted']);
    expect(report.duration).toBeLessThan(21_000);
  });

  it('names the cause of the engine in the reversal', async () => {
    const world = new World('front');
    const run = begin(world, { faults: [disturb('front'), { delay: '60s' }] });
    const cause = { code: 'emergency-stop', sentence: 'stop file', numbers: {} } as const;
    void world.clock.sleep(15_000).then(() => run.abort(cause));
    const report = await settle(world.clock, run.report);
    expect(world.log).toContain('revert front emergency-stop');
    expect(report.verdict).toBe('aborted');
  });

  it('follows the signal it was given, also one that was aborted already', async () => {
    const world = new World('front');
    const run = begin(world, {}, world.host(), AbortSignal.abort(new Error('shutting down')));
    const report = await settle(world.clock, run.report);
    expect(report.aborted?.sentence).toBe('shutting down');
    expect(world.log).toEqual([]);
    expect(run.signal.aborted).toBe(true);
  });

  it('comes with the first stop condition that is broken', async () => {
    const world = new World('front');
    const stopWhen = [{ probe: 'front', successBelow: 0.5, over: '2s' }];
    const report = await runOf(world, { faults: [{ ...disturb('front'), for: '60s' }], stopWhen });
    expect(codes(report)[0]).toBe('aborted-stop-condition');
    expect(report.duration).toBeLessThan(15_000);
    expect(world.service('front').wrong).toBe(false);
  });

  it('comes with the longest duration', async () => {
    const report = await runOf(new World('front'), {
      faults: [{ delay: '60s' }, disturb('front')],
      maxDuration: '20s',
    });
    expect(codes(report)[0]).toBe('aborted-max-duration');
    expect(report.duration).toBeLessThan(20_600);
  });

  it('cleans up a fault whose injection ended after the abort', async () => {
    const world = new World('front');
    const slow = Promise.withResolvers<void>();
    const host = world.host({
      faults: {
        // A port that does not listen to the abort.
        inject: async (request, options) => {
          await slow.promise;
          return world.port.inject(request, { ...options, signal: new AbortController().signal });
        },
      },
    });
    const run = begin(world, { faults: [disturb('front')] }, host);
    void world.clock.sleep(11_000).then(() => run.abort('enough'));
    void world.clock.sleep(12_000).then(() => slow.resolve());
    const report = await settle(world.clock, run.report);
    expect(report.verdict).toBe('aborted');
    expect(world.service('front').wrong).toBe(false);
    expect(report.reversal.clean).toBe(true);
  });

  it('is leaked when an injection does not end, and is cleaned up should it end after all', async () => {
    const world = new World('front');
    const endless = Promise.withResolvers<void>();
    world.misbehaviour.hangs = endless.promise;
    const run = begin(world, { faults: [disturb('front')] });
    void world.clock.sleep(11_000).then(() => run.abort('enough'));
    const report = await settle(world.clock, run.report);
    expect(report.verdict).toBe('leaked');
    endless.resolve();
    await world.clock.advance(1_000);
    expect(world.log).toEqual(['inject service.disturb front', 'revert front run-aborted']);
    expect(world.service('front').wrong).toBe(false);
  });

  it('has the first cause that was given', async () => {
    const world = new World('front');
    const run = begin(world);
    run.abort('first');
    run.abort('second');
    expect((await settle(world.clock, run.report)).aborted?.sentence).toBe('first');
  });
});

describe('steps', () => {
  it('run in series, in parallel, repeated, with delays, and revert newest first at the end', async () => {
    const world = new World('front', 'back', 'store');
    await runOf(world, {
      faults: [
        { parallel: [disturb('back'), { serial: [{ delay: '1s' }, disturb('store')] }] },
        { repeat: 2, steps: [{ ...disturb('front', {}), for: '2s' }] },
      ],
    });
    expect(world.log).toEqual([
      'inject service.disturb back',
      'inject service.disturb store',
      'inject service.disturb front',
      'revert front hold-over',
      'inject service.disturb front',
      'revert front hold-over',
      'revert store run-end',
      'revert back run-end',
    ]);
  });

  it('inject a fault anew when its target restarts, for the rest of its time, where they say so', async () => {
    const world = new World('front', 'back');
    const faults = [{ ...disturb('back', {}), for: '10s', onRestart: 'reapply' }];
    const run = begin(world, { faults, expect: 'held' });
    world.clock.timer(14_000, () => world.restart('back'));
    const report = await settle(world.clock, run.report);
    expect(report.verdict).toBe('held');
    expect(world.log).toEqual([
      'inject service.disturb back',
      'revert back effect-lost',
      'inject service.disturb back',
      'revert back hold-over',
    ]);
    const [first, second] = report.faults.flatMap((fault) => (fault.outcome === 'injected' ? [fault] : []));
    expect(second?.target).not.toEqual(first?.target);
    const span = (second?.facts.removedAt ?? 0) - (first?.facts.effectiveAt ?? 0);
    expect(span).toBeGreaterThan(9_500);
    expect(span).toBeLessThan(10_500);
  });

  it('do so until all are done for a fault without a time, and stop waiting for a target that stays away', async () => {
    const world = new World('front', 'back', 'store');
    const faults = [
      { ...disturb('back', {}), onRestart: 'reapply' },
      { ...disturb('store', {}), onRestart: 'reapply' },
      { delay: '10s' },
    ];
    const run = begin(world, { faults });
    world.clock.timer(13_000, () => world.restart('back'));
    world.clock.timer(15_000, () => {
      world.restart('store');
      world.services.delete('store');
    });
    const report = await settle(world.clock, run.report);
    expect(report.problems ?? []).toEqual([]);
    expect(world.log.filter((line) => line.endsWith('back'))).toHaveLength(2);
    expect(world.log.at(-1)).toBe('revert back run-end');
  });

  it('end with the restart otherwise; that the system held is not claimed then', async () => {
    const world = new World('front', 'back');
    const run = begin(world, { faults: [{ ...disturb('back', {}), for: '10s' }], expect: 'held' });
    world.clock.timer(12_000, () => world.restart('back'));
    const report = await settle(world.clock, run.report);
    expect(report.verdict).toBe('inconclusive');
    expect(codes(report)).toContain('effect-lost');
    expect(world.log).toEqual(['inject service.disturb back', 'revert back effect-lost']);
  });

  it('hand outputs to later steps and conditions', async () => {
    const world = new World('front', 'back', 'store');
    const report = await runOf(world, {
      faults: [
        { id: 'first', ...disturb('back', {}) },
        { id: 'look', probe: 'front' },
        { ...disturb('store', {}), when: { value: '${outputs.look.health}', equals: 'degraded' } },
        {
          id: 'same',
          ...disturb('back', { note: '${outputs.first.targets.0.name}' }),
          when: { value: '${outputs.look.health}', equals: 'healthy' },
        },
      ],
    });
    expect(world.log.filter((line) => line.startsWith('inject'))).toEqual([
      'inject service.disturb back',
      'inject service.disturb back',
    ]);
    expect(report.faults[1]?.params).toEqual({ note: 'back' });
  });

  it('act on every picked target, the same ones for the same seed', async () => {
    const names = ['web-1', 'web-2', 'web-3', 'web-4'];
    const pick = async (): Promise<string[]> => {
      const world = new World('front', ...names);
      const report = await runOf(world, {
        faults: [{ ...disturb('front', {}), target: { service: { tier: 'web' }, pick: 2 }, for: '1s' }],
      });
      return report.targets.map(({ target }) => target.name);
    };
    const first = await pick();
    expect(first).toHaveLength(2);
    expect(await pick()).toEqual(first);
  });

  it('end together when one of them fails', async () => {
    const world = new World('front', 'back');
    const report = await runOf(world, {
      faults: [{ parallel: [disturb('nobody'), { serial: [{ delay: '60s' }, disturb('back')] }] }],
    });
    expect(report.verdict).toBe('invalid');
    expect(world.log).toEqual([]);
    expect(report.duration).toBeLessThan(15_000);
  });

  it('put load on the system, from before the baseline and as a step, and stop it', async () => {
    const world = new World('front');
    const report = await runOf(world, {
      load: { type: 'requests', rate: 10 },
      faults: [
        { load: { type: 'requests', rate: 5 }, for: '1s' },
        { ...disturb('front'), for: '5s' },
      ],
    });
    expect(phases(report).slice(0, 3)).toEqual(['prepare', 'stress', 'baseline']);
    expect(world.loadRunning).toBe(0);
    const stopped = report.events.filter(({ type }) => type === 'load:stopped');
    expect(stopped.map(({ data }) => data)).toEqual([
      { load: 'step-1', done: { sent: 42 } },
      { load: 'experiment', done: { sent: 42 } },
    ]);
  });
});

describe('what does not end when told to', () => {
  it('does not keep a run from reporting: a load', async () => {
    const world = new World('front');
    world.misbehaviour.loadHangs = new Promise(() => {});
    const report = await runOf(world, { load: { type: 'requests', rate: 10 } });
    expect(report.verdict).toBe('invalid');
    expect(report.problems).toMatchObject([{ code: 'load-failed' }]);
    expect(report.reversal.clean).toBe(true);
  });

  it('does not keep a run from reporting: a sampler', async () => {
    const world = new World('front');
    const sampler: RunHost['sampler'] = {
      async start(...given) {
        await inProcessSampler().start(...given);
        return { stop: () => new Promise(() => {}) };
      },
    };
    const report = await runOf(world, {}, world.host({ sampler }));
    expect(report.verdict).toBe('invalid');
    expect(report.problems).toMatchObject([{ code: 'sampler-failed' }]);
  });

  it('keeps no timer of the run: a sampler that was lost', async () => {
    const world = new World('front');
    const sampler: RunHost['sampler'] = {
      async start(...given) {
        const running = await inProcessSampler().start(...given);
        return {
          async stop() {
            await running.stop();
            throw new Error('the thread of the sampler was lost');
          },
        };
      },
    };
    const report = await runOf(world, {}, world.host({ sampler }));
    expect(report.problems).toMatchObject([{ code: 'sampler-failed' }]);
    expect(world.clock.pending).toBe(0);
  });
});

describe('an internal error', () => {
  it('rejects the report, ends the events, and is no unhandled rejection', async () => {
    const world = new World('front');
    const copy = (): never => {
      throw new Error('a bug');
    };
    const run = begin(world, {}, world.host({ redactor: { ...world.redactor, copy } }));
    let last: AnyChaosEvent | undefined;
    const following = (async () => {
      for await (const event of run.events()) last = event;
    })();
    // The run ends with nobody listening to its report.
    await settle(world.clock, following);
    expect(last?.type).toBe('run:finished');
    expect(world.service('front').wrong).toBe(false);
    await expect(run.report).rejects.toThrow('a bug');
  });
});

describe('signals of the host', () => {
  it('set the marks of detection and action', async () => {
    const world = new World('front');
    const host = world.host();
    const signal = (kind: 'trigger' | 'playbook', at: number): void => {
      world.clock.timer(at, () => host.hub.emit('host:signal', { kind, name: 'watchtower', data: {} }));
    };
    signal('trigger', 5_000);
    signal('trigger', 12_000);
    signal('playbook', 13_000);
    const report = await runOf(world, {}, host);
    expect(report.marks).toMatchObject({ detect: 12_000, act: 13_000 });
    expect(report.timeToDetect).toBe(12_000 - (report.marks.impact ?? 0));
    expect(report.timings.predicted).toBe(false);
  });

  it('say that nobody noticed when there is none', async () => {
    const report = await runOf(new World('front'));
    expect(report.timeToDetect).toBeNull();
    expect(report.timings.timeToDetectAtLeast).toBeGreaterThan(9_000);
  });
});

describe('events and report', () => {
  it('can be followed from the first event to the last, at any time', async () => {
    const world = new World('front');
    const run = begin(world);
    const report = await settle(world.clock, run.report);
    const seen: AnyChaosEvent[] = [];
    for await (const event of run.events()) seen.push(event);
    expect(seen[0]?.type).toBe('run:started');
    expect(seen.at(-1)?.type).toBe('run:finished');
    expect(seen.map(({ sequence }) => sequence)).toEqual(report.events.map(({ sequence }) => sequence));
    const marks = seen.flatMap((event) => (event.type === 'mark:set' ? [event.data.mark] : []));
    expect(marks.slice(0, 4)).toEqual(['request', 'ack', 'effect', 'impact']);
  });

  it('keep the published schema and survive JSON', async () => {
    const report = await runOf(new World('front'), { load: { type: 'requests', rate: 1 } });
    const parsed = reportSchema.safeParse(JSON.parse(JSON.stringify(report)));
    expect(parsed.error).toBeUndefined();
    expect(parsed.data).toEqual(report);
    expect(reportJsonSchema()).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
    });
  });

  it('count every check of every probe once per phase and second', async () => {
    const report = await runOf(new World('front'));
    const [front] = report.probes;
    const sum = (counts: readonly { checks: number }[]): number =>
      counts.reduce((total, { checks }) => total + checks, 0);
    expect(sum(front?.seconds ?? [])).toBe(front?.sampling?.planned);
    expect(sum(front?.phases ?? [])).toBe(front?.sampling?.planned);
    expect(front?.phases.find(({ phase }) => phase === 'failure')).toMatchObject({ checks: 100, degraded: 100 });
  });

  it('never show a secret, only where it came from', async () => {
    const world = new World('front');
    const host = world.host({ environment: { FRONT_TOKEN: 'hunter2-hunter2' } });
    const report = await runOf(
      world,
      {
        secrets: { token: { env: 'FRONT_TOKEN' }, other: 'swordfish-1' },
        steadyState: {
          probes: [{ ...probe, header: '${secrets.token}' }],
          objectives: [{ probe: 'front', success: 0.95 }],
        },
        faults: [{ ...disturb('front', { wrong: true, note: '${secrets.token} ${secrets.other}' }), for: '5s' }],
      },
      host,
    );
    expect(JSON.stringify(report)).not.toMatch(/hunter2|swordfish/);
    expect(report.experiment).not.toHaveProperty('secrets');
    expect(report.secrets).toEqual({ token: { from: 'env', name: 'FRONT_TOKEN' }, other: { from: 'literal' } });
    expect(report.verdict).toBe('recovered');
  });

  it('come even when the judge throws, and the leak still counts', async () => {
    const world = new World('front');
    world.misbehaviour.leaks = true;
    const broken = { window: { k: 3, n: 20, flapMin: 2_000 }, judge: () => Promise.reject(new Error('no opinion')) };
    const report = await runOf(world, { baseline: 0 }, world.host({ judge: broken }));
    expect(report.verdict).toBe('leaked');
    expect(codes(report)).toContain('judge-failed');
  });

  it('are the same for the same seed', async () => {
    const strip = ({ events, environment, ...rest }: Report): object => rest;
    const [one, two] = [await runOf(new World('front')), await runOf(new World('front'))];
    expect(strip(one)).toEqual(strip(two));
  });
});
