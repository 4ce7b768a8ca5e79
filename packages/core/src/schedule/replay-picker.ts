import type { Deed } from './deed.ts';
import type { Choice, Picker, Picking, PickingContext, Tick, Unpicked } from './picker.ts';
import type { RecordedPick } from './recorded-schedule.ts';
import type { ScheduleMode } from './schedule-events.ts';

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
    const [before, now] = [namesOf(recorded.targets), namesOf(targets)];
    if (before !== now) {
      return { picked: false, reason: 'differs', detail: `${name}: hit ${before} then, would hit ${now} now` };
    }
    if (obstacles.length > 0 && this.mode !== 'safe') {
      return { picked: false, reason: 'not-ready', detail: `${name}: ${obstacles.join('; ')}` };
    }
    const shown = targets.map((target) => ({ kind: target.kind, id: target.id, name: target.name }));
    const record = { name, kind: deed.kind, seed, chance: 1, why: WHY, groups, targets: shown, obstacles };
    return { deed, record, lasts };
  }
}

/** By name: a container that was made anew has another id. */
function namesOf(targets: readonly { readonly kind: string; readonly name: string }[]): string {
  return targets.length === 0
    ? 'nothing'
    : targets
        .map(({ kind, name }) => `${kind} ${name}`)
        .sort()
        .join(', ');
}
