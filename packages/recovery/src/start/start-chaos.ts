import {
  type ChaosEngine,
  monkey,
  type PastSource,
  type Plugins,
  type ScheduleHandle,
  type WhenInput,
  type WindowInput,
} from '@bridge/chaos-core';
import { KILL } from './kill-a-container.ts';
import type { Part } from './part.ts';
import type { Scene } from './scene.ts';
import { ScheduleMemory } from './schedule-memory.ts';
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
export async function startChaos<Ps extends Plugins>(
  scene: Scene<Ps>,
  { leadership }: Replica,
  engine: ChaosEngine<Ps> | undefined,
): Promise<readonly ScheduleHandle[]> {
  const { parts, options } = scene;
  if (engine === undefined) {
    for (const { part } of timings(scene)) parts.off(part, 'runtime.health.chaos.enabled is false');
    return [];
  }
  const past = await pastOf(scene, engine);
  return timings(scene).map(({ part, why, name, when, windows, mode }) => {
    const { pace = {} } = options;
    const how = { name, when, windows, mode, pace, past, enabled: true };
    const shared = leadership === undefined ? how : { ...how, leadership };
    const schedule = begin(engine, options.things, shared);
    parts.on(part, why, () => schedule.stop('the system is closed'));
    return schedule;
  });
}

/** What the state folder remembers, after what was recorded elsewhere. */
async function pastOf<Ps extends Plugins>({ options, log }: Scene<Ps>, engine: ChaosEngine<Ps>): Promise<PastSource> {
  const { engine: { state = '.chaos' } = {}, past } = options;
  const memory = await ScheduleMemory.open(state, engine, log);
  if (past === undefined) return memory.past;
  return async function* recorded(filter) {
    yield* await past(filter);
    yield* await memory.past(filter);
  };
}

function begin<Ps extends Plugins>(
  engine: ChaosEngine<Ps>,
  things: Scene<Ps>['options']['things'],
  shared: Pick<
    Parameters<typeof monkey>[0],
    'name' | 'when' | 'windows' | 'mode' | 'pace' | 'past' | 'enabled' | 'leadership'
  >,
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
