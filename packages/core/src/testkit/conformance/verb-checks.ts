import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { systemClock } from '../../clock.ts';
import { ChaosEngine } from '../../engine/chaos-engine.ts';
import { isChaosError, messageOf } from '../../errors.ts';
import { has } from '../../fault/injector.ts';
import type { AnyFault } from '../../plugin.ts';
import { must, mustEqual } from './expectation.ts';
import type { FaultHarness } from './harness.ts';
import { bareContext, lent, rebuiltFault } from './rebuild.ts';
import { Subject } from './subject.ts';

/** One rule of the contract and a way to find out whether the fault keeps it. */
export interface ConformanceCheck {
  readonly name: string;
  /** `verbs` calls them in this process; `crash` kills or stops processes of its own, and takes seconds. */
  readonly kind: 'verbs' | 'crash';
  /** Rejects with the rule that was broken. */
  run(): Promise<void>;
}

type Check = (subject: Subject, harness: FaultHarness) => Promise<void>;

async function backToNormal(subject: Subject, rule: string): Promise<void> {
  const observation = await subject.observe();
  must(observation !== 'present', `${rule}: observe() must not answer present after revert()`);
  // What was killed for good is not put back by anybody.
  if (subject.isMomentary && observation === 'gone') return;
  mustEqual(await subject.at.witness(), subject.before, rule);
}

/**
 * The first copy lives on, and what it does of its own accord may land for as long as the fault settles. So it is looked
 * at again, as the guardian of a hung engine does.
 */
async function backByAnother(subject: Subject, other: AnyFault, deadline: number): Promise<void> {
  await other.revert(subject.undo, bareContext(undefined, subject.at.target));
  try {
    await backToNormal(subject, 'revert() by another copy must restore what was found, and observe() must see that');
  } catch (error) {
    if (systemClock.now() > deadline) throw error;
    await systemClock.sleep(100);
    await backByAnother(subject, other, deadline);
  }
}

const CHECKS: Readonly<Record<string, Check>> = {
  'the undo record is plain JSON that its schema takes back': async (subject) => {
    const answer = await subject.fault.prepare(subject.at.target, subject.params, subject.context);
    const text: string | undefined = JSON.stringify(answer);
    must(text !== undefined, 'prepare() must return JSON');
    const parsed = subject.fault.undo.safeParse(JSON.parse(text));
    must(parsed.success, `the undo schema must take what prepare() returned: ${parsed.error?.message ?? ''}`);
    must(
      isDeepStrictEqual(JSON.parse(text), answer),
      'the undo record must be the same after JSON: no dates, maps or undefined',
    );
  },

  'prepare only reads': async (subject) => {
    await subject.prepare();
    mustEqual(await subject.at.witness(), subject.before, 'prepare() must not change anything');
    must(!(await subject.isEffective()), 'no effect may show before inject()');
  },

  'inject has an effect that observe and the witness both see': async (subject) => {
    await subject.broken();
    must(await subject.hasChanged(), 'inject() must change what the witness, or incarnation(), sees');
  },

  'revert puts back exactly what was there': async (subject) => {
    await subject.broken();
    await subject.revert();
    await backToNormal(subject, 'revert() must restore what was found');
  },

  'revert works twice': async (subject) => {
    await subject.broken();
    await subject.revert();
    await subject.revert();
    await backToNormal(subject, 'a second revert() must change nothing');
  },

  'revert works although inject never ran': async (subject) => {
    await subject.prepare();
    await subject.revert();
    await backToNormal(subject, 'revert() without inject() must change nothing');
  },

  'another copy of the plugin can observe and revert from the record alone': async (subject, harness) => {
    await subject.broken();
    const other = await rebuiltFault(harness.plugin, subject.fault.type);
    must(await subject.shows(() => subject.isEffective(other)), 'observe() of another copy must see the effect');
    await backByAnother(subject, other, systemClock.now() + subject.settle);
  },

  'an abort inside inject leaves nothing after revert': async (subject) => {
    await subject.prepare();
    const controller = new AbortController();
    const injecting = subject.inject(bareContext(controller.signal, subject.at.target)).catch(() => undefined);
    controller.abort(new Error('aborted by the conformance kit'));
    await Promise.race([injecting, systemClock.sleep(subject.settle)]);
    await subject.revert();
    await systemClock.sleep(Math.min(subject.settle, 3_000));
    await subject.revert();
    await systemClock.sleep(100);
    await backToNormal(subject, 'nothing of an aborted inject() may land later than settle');
  },

  'two at once compose or the second is refused': async (subject, { plugin }) => {
    const { fault, at } = subject;
    await subject.prepare();
    await using state = await mkState();
    await using engine = new ChaosEngine({
      plugins: [lent(plugin, at.target)],
      armed: true,
      state: state.path,
      guardian: 'none',
      safety: GENEROUS,
      limits: PATIENCE,
    });
    await engine.start();
    const step = { type: fault.type, target: { [at.target.kind]: at.target.id }, params: at.params };
    const first = await engine.inject(step);
    try {
      const second = await engine.inject(step);
      await first.revert();
      if (!has(fault, 'momentary'))
        must((await second.observe()) === 'present', 'ending the first of two must not end the second');
      await second.revert();
    } catch (error) {
      must(isRefusal(error), `a second fault must compose or be refused, got ${messageOf(error)}`);
      await first.revert();
    }
    await backToNormal(subject, 'after both have ended all must be as it was');
  },
};

/** A fault that cannot be undone must not hold the kit up for as long as it would an engine. */
const PATIENCE = { revert: '5s' } as const;
const GENEROUS = { maxActiveFaults: 100, maxShareOfGroup: 1 } as const;

function isRefusal(error: unknown): boolean {
  const codes = [
    'CHAOS_FAULT_OVERLAP',
    'CHAOS_TARGET_CHANGED',
    'CHAOS_FAULT_IMPOSSIBLE',
    'CHAOS_GUARD_REFUSED',
  ] as const;
  return codes.some((code) => isChaosError(error, code));
}

/** A short-lived state folder; short, since socket paths are limited. */
export async function mkState(): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'chaos-kit-'));
  // A guardian on its way out may still be writing its last words.
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 5 }) };
}

const TOUCHED: Check = async (subject) => {
  await subject.prepare();
  await subject.inject();
  await subject.revert();
  mustEqual(
    await subject.at.witness(),
    subject.before,
    'revert() must leave the state that was there before, whoever caused it',
  );
};

/** Checks that call the verbs in this process. */
export function verbChecks(harness: FaultHarness, type: string): ConformanceCheck[] {
  const checks = Object.entries(CHECKS).map(
    ([name, check]): ConformanceCheck => ({
      name,
      kind: 'verbs',
      run: async () => {
        await using subject = await Subject.make(harness, type);
        await check(subject, harness);
      },
    }),
  );
  if (harness.makeTouched === undefined) return checks;
  const touched: ConformanceCheck = {
    name: 'a state that was there before survives',
    kind: 'verbs',
    run: async () => {
      await using subject = await Subject.make(harness, type, true);
      await TOUCHED(subject, harness);
    },
  };
  return [...checks, touched];
}
