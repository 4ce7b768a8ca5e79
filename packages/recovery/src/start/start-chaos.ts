import {
  type ChaosEngine,
  monkey,
  type Plugins,
  type ScheduleHandle,
  type WhenInput,
  type WindowInput,
} from '@bridge/chaos-core';
import { KILL } from './kill-a-container.ts';
import type { Part } from './part.ts';
import type { Scene } from './scene.ts';
import type { Replica } from './start-replica.ts';

interface Timing {
  readonly part: Part['part'];
  readonly name: string;
  readonly when: WhenInput;
  readonly windows: readonly WindowInput[];
  readonly mode: 'live' | 'safe';
  readonly why: string;
}

/** The monkey, and the schedules of the configuration: the same things at further times. */
export function startChaos<Ps extends Plugins>(
  scene: Scene<Ps>,
  { leadership }: Replica,
  engine: ChaosEngine<Ps> | undefined,
): readonly ScheduleHandle[] {
  const { parts } = scene;
  return timings(scene).flatMap((timing) => {
    if (engine === undefined) {
      parts.off(timing.part, 'runtime.health.chaos.enabled is false');
      return [];
    }
    const { name, when, windows, mode } = timing;
    const shared = { name, when, windows, mode, enabled: true, ...(leadership === undefined ? {} : { leadership }) };
    const schedule = begin(engine, scene.options.things, shared);
    parts.on(timing.part, timing.why, () => schedule.stop('the system is closed'));
    return [schedule];
  });
}

function begin<Ps extends Plugins>(
  engine: ChaosEngine<Ps>,
  things: Scene<Ps>['options']['things'],
  shared: Pick<Parameters<typeof monkey>[0], 'name' | 'when' | 'windows' | 'mode' | 'enabled' | 'leadership'>,
): ScheduleHandle {
  if (things !== undefined) return engine.schedule(monkey<Ps>({ ...shared, things }));
  const untyped: Pick<ChaosEngine<Plugins>, 'schedule'> = engine;
  return untyped.schedule(monkey({ ...shared, things: [{ fault: KILL }] }));
}

function timings<Ps extends Plugins>({ config: { chaos, schedules } }: Scene<Ps>): Timing[] {
  const { interval, probability } = chaos;
  const dice = {
    part: 'monkey',
    name: 'monkey',
    when: { every: interval, probability },
    windows: [],
    mode: 'live',
    why: `every ${interval} ms with probability ${probability}`,
  } as const;
  return [
    dice,
    ...schedules.map(
      ({ name, cron, timeZone, probability: chance, safeMode, windows }): Timing => ({
        part: `schedule ${name}`,
        name,
        when: { cron, timeZone, probability: chance },
        windows,
        mode: safeMode ? 'safe' : 'live',
        why: `"${cron}" ${timeZone} with probability ${chance}${safeMode ? ', safe mode' : ''}`,
      }),
    ),
  ];
}
