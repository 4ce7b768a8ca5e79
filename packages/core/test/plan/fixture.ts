import {
  type ChaosPlugin,
  defineFault,
  definePlugin,
  duration,
  parseExperiment,
  Registry,
  silentLogger,
} from '@bridge/chaos-core';
import { virtualClock } from '@bridge/chaos-core/testkit';
import * as z from 'zod';
import type { World } from '../../src/guard/guard.ts';
import { createGuards } from '../../src/guard/guards.ts';
import { type SafetyInput, safetySchema } from '../../src/guard/safety.ts';
import type { ExperimentPlan } from '../../src/plan/experiment-plan.ts';
import { planExperiment } from '../../src/plan/plan-experiment.ts';
import type { PlanHost } from '../../src/plan/plan-host.ts';
import { createRedactor } from '../../src/redaction/redactor.ts';
import { boxes, boxPlugin, look } from '../experiment/fixture.ts';

/** How often something was called that planning must not call. */
export const touched = { times: 0 };

const forbidden = (verb: string) => async (): Promise<never> => {
  touched.times += 1;
  throw new Error(`${verb} was called while planning`);
};

const untouchable = {
  undo: z.object({}),
  survives: 'host',
  settle: 0,
  prepare: forbidden('prepare'),
  inject: forbidden('inject'),
  revert: forbidden('revert'),
  observe: forbidden('observe'),
  ended: forbidden('ended'),
  fingerprint: forbidden('fingerprint'),
  renew: forbidden('renew'),
  counters: forbidden('counters'),
} as const;

/** Every call throws but those that planning is allowed to make. */
export const slow = defineFault({
  type: 'box.slow',
  target: 'box',
  params: z.strictObject({ delay: duration, note: z.string().default('') }),
  ...untouchable,
  describe: (target, { delay, note }) => `${target.name} answers ${delay} ms late${note}`,
  touches: (target) => [`network of ${target.name}`],
  feasible: async (target) =>
    target.name === 'search'
      ? { possible: false, reason: 'search has no network', remedy: 'choose another box' }
      : { possible: true, path: 'tc' },
});

export const crash = defineFault({
  type: 'box.crash',
  target: 'box',
  params: z.strictObject({}),
  ...untouchable,
  momentary: true,
  risk: 'critical',
});

export const planPlugin = definePlugin({
  name: 'untouchables',
  module: import.meta.url,
  options: {},
  targets: [boxes()],
  faults: [slow, crash],
  probes: [look],
  loads: boxPlugin.loads ?? [],
});

export interface PlanSettings {
  readonly seed?: number;
  readonly safety?: SafetyInput;
  readonly variables?: Readonly<Record<string, string>>;
  readonly plugin?: ChaosPlugin;
}

/** Parses and plans with one registry and one set of guards, as an engine does. */
export function planner(settings: PlanSettings = {}): (input: unknown) => Promise<ExperimentPlan> {
  const registry = new Registry([settings.plugin ?? planPlugin]);
  const redactor = createRedactor();
  const clock = virtualClock();
  const signal = new AbortController().signal;
  const safety = safetySchema.parse(settings.safety ?? { maxActiveFaults: 1_000, maxShareOfGroup: 1 });
  const world: World = {
    purpose: 'plan',
    clock,
    signal,
    active: [],
    recent: [],
    latch: { engaged: false },
    group: async (target) => ({
      members: await registry.source(target.kind).group(target, { signal, clock, log: silentLogger }),
      underFault: [],
    }),
    protects: async () => undefined,
    health: async () => [],
  };
  const host: PlanHost = {
    registry,
    guards: createGuards({ armed: true, safety, redactor }),
    world,
    clock,
    log: silentLogger,
    redactor,
    variables: settings.variables ?? {},
    lease: 10_000,
    maxHold: safety.maxHold,
  };
  return async (input) => planExperiment(parseExperiment(input, registry), { seed: settings.seed ?? 42 }, host);
}

export function planOf(input: unknown, settings: PlanSettings = {}): Promise<ExperimentPlan> {
  return planner(settings)(input);
}
