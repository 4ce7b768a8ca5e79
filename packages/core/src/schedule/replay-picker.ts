import type { Deed } from './deed.ts';
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
import type { RecordedPick } from './recorded-schedule.ts';
import type { ScheduleMode } from './schedule-events.ts';
import { targetsRecord, targetsText } from './targets-record.ts';

const WHY = 'as recorded';

/** Repeats what was picked: the same deeds with the same seeds, and only where they hit the same targets again. */
export class ReplayPicker implements Picker {
  readonly mode: ScheduleMode;
  readonly deeds: readonly Deed[];
  readonly #picks: ReadonlyMap<number, RecordedPick>;

  /** `picks` by the instant at which they are due this time. */
  constructor(mode: ScheduleMode, deeds: readonly Deed[], picks: ReadonlyMap<number, RecordedPick>) {
    this.mode = mode;
    this.deeds = deeds;
    this.#picks = picks;
  }

  wants({ due }: Tick): boolean {
    return this.#picks.has(due);
  }

  async pick({ due }: Tick, context: PickingContext): Promise<Picking> {
    const choices: Choice[] = [];
    for (const recorded of this.#picks.get(due)?.deeds ?? []) {
      const choice = await this.#repeat(recorded, context);
      if ('reason' in choice) return choice;
      choices.push(choice);
    }
    return { picked: true, choices };
  }

  async #repeat(recorded: RecordedPick['deeds'][number], context: PickingContext): Promise<Choice | Unpicked> {
    const { name, seed, groups } = recorded;
    const deed = this.deeds.find((one) => one.name === name);
    if (deed === undefined) return { picked: false, reason: 'differs', detail: `there is no deed "${name}" any more` };
    const { targets, obstacles, lasts } = await deed.plan(context.host, { ...context, seed, why: WHY });
    const found = targetsRecord(targets);
    if (found.targetDigest !== recorded.targetDigest) {
      const detail = `${name}: hit ${targetsText(recorded)} then, would hit ${targetsText(found)} now`;
      return { picked: false, reason: 'differs', detail };
    }
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
      ...found,
      obstacles: shownObstacles(obstacles),
    };
    return { deed, record, targets, lasts };
  }
}
