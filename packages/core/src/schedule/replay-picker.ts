import type { Deed } from './deed.ts';
import { difference, type ExpectedTargets } from './expected-targets.ts';
import {
  type Choice,
  notReady,
  type Picker,
  type Picking,
  type PickingContext,
  shownObstacles,
  type Tick,
  type Unpicked,
} from './picker.ts';
import type { ScheduleMode } from './schedule-events.ts';
import { targetsRecord } from './targets-record.ts';

const WHY = 'as recorded';

/** A deed that is to be repeated. */
export interface ReplayedDeed {
  readonly name: string;
  readonly seed: number;
  readonly groups: readonly string[];
  readonly expected: ExpectedTargets;
}

/** Repeats what was picked: the same deeds with the same seeds, and only where they hit the same targets again. */
export class ReplayPicker implements Picker {
  readonly mode: ScheduleMode;
  readonly deeds: readonly Deed[];
  readonly #picks: ReadonlyMap<number, readonly ReplayedDeed[]>;

  /** `picks` by the instant at which they are due this time. */
  constructor(mode: ScheduleMode, deeds: readonly Deed[], picks: ReadonlyMap<number, readonly ReplayedDeed[]>) {
    this.mode = mode;
    this.deeds = deeds;
    this.#picks = picks;
  }

  wants({ due }: Tick): boolean {
    return this.#picks.has(due);
  }

  async pick({ due }: Tick, context: PickingContext): Promise<Picking> {
    const choices: Choice[] = [];
    for (const recorded of this.#picks.get(due) ?? []) {
      const choice = await this.#repeat(recorded, context);
      if ('reason' in choice) return choice;
      choices.push(choice);
    }
    return { picked: true, choices };
  }

  async #repeat(recorded: ReplayedDeed, context: PickingContext): Promise<Choice | Unpicked> {
    const { name, seed, groups } = recorded;
    const deed = this.deeds.find((one) => one.name === name);
    if (deed === undefined) return { picked: false, reason: 'differs', detail: `there is no deed "${name}" any more` };
    const plan = await deed.plan(context.host, { ...context, seed, why: WHY });
    const other = difference(recorded.expected, plan);
    if (other !== undefined) return { picked: false, reason: 'differs', detail: `${name}: ${other}` };
    const { targets, obstacles, lasts } = plan;
    if (obstacles.length > 0 && this.mode !== 'safe') {
      return notReady(name, obstacles);
    }
    const record = {
      name,
      kind: deed.kind,
      seed,
      chance: 1,
      why: WHY,
      groups,
      ...targetsRecord(targets),
      obstacles: shownObstacles(obstacles),
    };
    return { deed, record, targets, lasts };
  }
}
