import { systemClock } from '../../clock.ts';
import { milliseconds } from '../../duration.ts';
import { ChaosEngine } from '../../engine/chaos-engine.ts';
import { has } from '../../fault/injector.ts';
import { fileJournal } from '../../journal/file-journal.ts';
import { stateFolder } from '../../state/state-folder.ts';
import { holdsWithin, must, mustEqual } from './expectation.ts';
import type { FaultHarness, HarnessTarget } from './harness.ts';
import { bareContext, faultOf, lent } from './rebuild.ts';
import { type ConformanceCheck, mkState } from './verb-checks.ts';
import type { VictimOrder } from './victim-order.ts';
import { startVictim, type Victim } from './victim-process.ts';

/** Every step of a fault's life at which its engine can be killed. */
export const KILL_STEPS = [
  'prepare:before',
  'prepare:after',
  'fault:intended',
  'fault:injecting',
  'inject:before',
  'inject:after',
  'observe:before',
  'observe:after',
  'fault:effective',
  'fault:reverting',
  'revert:before',
  'revert:after',
] as const;

/** Milliseconds a guardian may take beside settle. */
const CLEAN_WITHIN = 20_000;
const LEASE = 500;

interface Scene {
  readonly at: HarnessTarget;
  readonly state: string;
  readonly order: VictimOrder;
  /** True for a momentary fault that ended its target for good: nobody puts that back. */
  isGone(): Promise<boolean>;
}

type Play = (scene: Scene) => Promise<void>;

function orderFor({ plugin }: FaultHarness, type: string, at: HarnessTarget, state: string): VictimOrder {
  const { module, options } = plugin;
  const { target, params } = at;
  return {
    module,
    options,
    type,
    target: { ...target },
    params,
    state,
    at: '',
    how: 'none',
    lease: 10_000,
    landsAfter: null,
  };
}

async function journalIsEmpty(state: string): Promise<boolean> {
  const { entries, damaged } = await fileJournal(stateFolder(state), '0'.repeat(16)).entries();
  return entries.length === 0 && damaged.length === 0;
}

/** Looks through a record of its own, made before the victim acts. */
async function watchForEnd({ plugin }: FaultHarness, type: string, { target, params }: HarnessTarget) {
  const fault = faultOf(plugin, type);
  if (!has(fault, 'momentary')) return async (): Promise<boolean> => false;
  const context = bareContext(undefined, target);
  const undo = await fault.prepare(target, fault.params.parse(params), context);
  return async (): Promise<boolean> => (await fault.observe(undo, context)) === 'gone';
}

async function mustComeClean({ at, state, isGone }: Scene, before: unknown, within: number): Promise<void> {
  must(
    await holdsWithin(() => journalIsEmpty(state), within),
    `the guardian must settle every entry within ${within} ms`,
  );
  if (await isGone()) return;
  mustEqual(await at.witness(), JSON.parse(JSON.stringify(before)), 'after the guardian all must be as it was');
}

function check(
  harness: FaultHarness,
  type: string,
  name: string,
  play: (scene: Scene, within: number) => Promise<void>,
): ConformanceCheck {
  return {
    name,
    kind: 'crash',
    run: async () => {
      await using at = await harness.make();
      const before = await at.witness();
      await using folder = await mkState();
      const state = folder.path;
      const isGone = await watchForEnd(harness, type, at);
      const scene = { at, state, order: orderFor(harness, type, at, state), isGone };
      const within = (harness.cleanWithin ?? CLEAN_WITHIN) + 2 * milliseconds(faultOf(harness.plugin, type).settle);
      await play(scene, within);
      await mustComeClean(scene, before, within);
    },
  };
}

async function killedGuardianOf(victim: Victim): Promise<void> {
  const pid = await victim.guardianPid();
  process.kill(pid, 'SIGKILL');
}

async function restarted({ at, state }: Scene, { plugin }: FaultHarness): Promise<void> {
  await using engine = new ChaosEngine({ plugins: [lent(plugin, at.target)], armed: true, state, guardian: 'none' });
  await engine.start();
}

const killed =
  (step: string): Play =>
  async ({ order }) => {
    await startVictim({ ...order, at: step, how: 'SIGKILL' }).ended;
  };

/** Checks in which the engine's process is killed or stopped. */
export function crashChecks(harness: FaultHarness, type: string): ConformanceCheck[] {
  const fault = faultOf(harness.plugin, type);
  // What dies with the process needs no guardian and cannot be looked at from outside afterwards.
  if (fault.survives === 'engine') return [];
  const settle = milliseconds(fault.settle);
  const kills = KILL_STEPS.map((step) =>
    check(harness, type, `SIGKILL at ${step} leaves nothing broken`, killed(step)),
  );
  const late = check(harness, type, 'an effect that lands after the SIGKILL is undone', async ({ order }) => {
    await startVictim({ ...order, landsAfter: Math.min(1_000, settle / 2) }).ended;
    // The late request runs on its own; only when settle is over can nothing of it come any more.
    await systemClock.sleep(settle);
  });
  const both = check(harness, type, 'engine and guardian killed: the next start reverts', async (scene) => {
    const victim = startVictim({ ...scene.order, at: 'fault:effective', how: 'SIGSTOP', lease: 600_000 });
    await victim.reached();
    await killedGuardianOf(victim);
    victim.kill();
    await victim.ended;
    await restarted(scene, harness);
  });
  const hung = check(
    harness,
    type,
    'an engine that slept through its lease wakes and leaves nothing',
    async ({ order }) => {
      const victim = startVictim({ ...order, at: 'inject:before', how: 'SIGSTOP', lease: LEASE });
      await victim.reached();
      await systemClock.sleep(3 * LEASE);
      victim.wake();
      await victim.ended;
    },
  );
  const alive = check(
    harness,
    type,
    'inject and revert leave no handle that keeps the process alive',
    async ({ order }, within) => {
      const victim = startVictim({ ...order });
      await victim.saw('"closed":true');
      must(await victim.endsWithin(Math.min(within, 10_000)), 'the process must end by itself after close()');
    },
  );
  return has(fault, 'momentary') ? [...kills, both, hung, alive] : [...kills, late, both, hung, alive];
}
