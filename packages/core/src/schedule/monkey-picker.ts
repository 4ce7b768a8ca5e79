import { type Random, seededRandom } from '../random.ts';
import { sameTarget, type Target } from '../target/target.ts';
import { weightedDraw } from '../weighted-choice.ts';
import { Combinations } from './combinations.ts';
import type { Deed } from './deed.ts';
import type { CheckedMonkey } from './monkey-schema.ts';
import { Pace } from './pace.ts';
import {
  type Choice,
  notReady,
  type Picker,
  type Picking,
  type PickingContext,
  type PickResult,
  shownObstacles,
  type Tick,
  type Unpicked,
} from './picker.ts';
import { type PastSource, readRecorded } from './recorded-schedule.ts';
import type { ScheduleMode } from './schedule-events.ts';
import { targetsRecord } from './targets-record.ts';

/** One of the things to choose from. */
export interface Candidate {
  readonly deed: Deed;
  readonly weight: number;
  readonly group: string | undefined;
}

type Weighed = Candidate & { readonly why: string };
const NOTHING: Unpicked = { picked: false, reason: 'not-ready', detail: 'nothing has a weight above 0' };

/**
 * Chooses by chance. Everything it draws at a tick comes from the seed and the instant of the tick, so what it draws
 * at one tick does not depend on what happened at others.
 */
export class MonkeyPicker implements Picker {
  readonly mode: ScheduleMode;
  readonly deeds: readonly Deed[];
  readonly #name: string;
  readonly #candidates: readonly Candidate[];
  readonly #seed: number;
  readonly #probability: number;
  readonly #together: number;
  readonly #paced: boolean;
  readonly #pace: Pace;
  readonly #combinations = new Combinations();
  readonly #past: PastSource | undefined;

  constructor(monkey: CheckedMonkey, candidates: readonly Candidate[], seed: number) {
    const { mode, pace, when } = monkey;
    this.mode = typeof mode === 'string' ? mode : 'stress';
    this.deeds = candidates.map(({ deed }) => deed);
    this.#name = monkey.name;
    this.#candidates = candidates;
    this.#seed = seed;
    this.#paced = pace.meanTimeBetween !== undefined;
    this.#probability = when.probability ?? (this.#paced ? 1 : 0.15);
    this.#together = typeof mode === 'string' ? 1 : mode.stress;
    this.#pace = new Pace({ minTimeBetween: pace.minTimeBetween, meanTimeBetween: pace.meanTimeBetween });
    this.#past = monkey.past;
  }

  wants(tick: Tick): boolean {
    const random = this.#random(tick);
    return random.next() < this.#probability && this.#admitted(tick, random).length > 0;
  }

  async pick(tick: Tick, context: PickingContext): Promise<Picking> {
    const random = this.#random(tick);
    const choices: Choice[] = [];
    let open = await weigh(this.#admitted(tick, random));
    for (let place = 1; place <= this.#together; place += 1) {
      const next = await this.#choose(open, choices, tick, { random: random.fork(`place/${place}`), context });
      if ('reason' in next) return choices.length === 0 ? next : { picked: true, choices };
      choices.push(next);
      open = open.filter(({ deed }) => this.#combines(deed, choices));
    }
    return { picked: true, choices };
  }

  begun({ due }: Tick, choices: readonly Choice[]): void {
    for (const { record } of choices) this.#pace.note(record.groups, due);
  }

  done(results: readonly PickResult[]): void {
    this.#combinations.note(
      results.map(({ deed }) => deed),
      results.every(({ outcome }) => outcome === 'passed'),
    );
  }

  async remember(): Promise<void> {
    await readRecorded(this.#past?.({ type: 'schedule:*' }) ?? [], {
      picked: ({ schedule, mode, due, deeds }) => {
        // What was only planned hit nobody.
        if (schedule !== this.#name || (mode === 'safe' && this.mode !== 'safe')) return;
        for (const { groups } of deeds) this.#pace.note(groups, Date.parse(due));
      },
      done: ({ schedule, outcomes }) => {
        if (schedule === this.#name) this.done(outcomes);
      },
    });
  }

  #random({ due }: Tick): Random {
    return seededRandom(`${this.#seed}/${due}`);
  }

  /** Whose group's coin falls right at this tick, where groups have a coin. */
  #admitted(tick: Tick, random: Random): readonly Candidate[] {
    if (!this.#paced) return this.#candidates;
    const chance = this.#pace.chance(tick.spacing());
    const groups = new Set(this.#candidates.map((candidate) => groupOf(candidate)));
    const lucky = [...groups].filter(
      (group) => this.#pace.tooSoon([group], tick.due) === undefined && random.fork(`group/${group}`).next() < chance,
    );
    return this.#candidates.filter((candidate) => lucky.includes(groupOf(candidate)));
  }

  async #choose(
    open: readonly Weighed[],
    chosen: readonly Choice[],
    tick: Tick,
    { random, context }: { readonly random: Random; readonly context: PickingContext },
  ): Promise<Choice | Unpicked> {
    let left = open;
    let refusal = NOTHING;
    const drawn = () => weightedDraw(left, ({ weight }) => weight, random);
    for (let draw = drawn(); draw !== undefined; draw = drawn()) {
      const { item: one, share: chance } = draw;
      const seed = random.fork(`deed/${one.deed.name}`).int(2 ** 32);
      const tried = await this.#try(one, { seed, chance, tick, chosen, context });
      if (!('reason' in tried)) return tried;
      refusal = tried;
      left = left.filter((other) => other !== one);
    }
    return refusal;
  }

  async #try(candidate: Weighed, attempt: Attempt): Promise<Choice | Unpicked> {
    const { deed, why } = candidate;
    const { seed, chance, tick, chosen, context } = attempt;
    const { targets, obstacles, lasts } = await deed.plan(context.host, { ...context, seed, why });
    const groups = groupsOf(candidate, targets, this.#paced);
    if (obstacles.length > 0 && this.mode !== 'safe') {
      return notReady(deed.name, obstacles);
    }
    const tooSoon = this.#pace.tooSoon(groups, tick.due);
    if (tooSoon !== undefined) return { picked: false, reason: 'too-soon', detail: `${deed.name}: ${tooSoon}` };
    const taken = chosen.flatMap((choice) => choice.targets);
    if (targets.some((target) => taken.some((other) => sameTarget(other, target)))) {
      return notReady(deed.name, ['its target is chosen already']);
    }
    const { name, kind } = deed;
    const record = {
      name,
      kind,
      seed,
      chance,
      why,
      groups,
      ...targetsRecord(targets),
      obstacles: shownObstacles(obstacles),
    };
    return { deed, record, targets, lasts };
  }

  #combines({ name }: Deed, choices: readonly Choice[]): boolean {
    const names = choices.map(({ deed }) => deed.name);
    return !names.includes(name) && this.#combinations.isOpen([...names, name]);
  }
}

interface Attempt {
  readonly seed: number;
  readonly chance: number;
  readonly tick: Tick;
  readonly chosen: readonly Choice[];
  readonly context: PickingContext;
}

async function weigh(candidates: readonly Candidate[]): Promise<Weighed[]> {
  return await Promise.all(
    candidates.map(async (candidate) => {
      const appeal = await candidate.deed.appeal?.();
      if (appeal === undefined) return { ...candidate, why: `weight ${candidate.weight}` };
      const weight = Number.isFinite(appeal.weight) ? Math.max(0, candidate.weight * appeal.weight) : 0;
      return { ...candidate, weight, why: appeal.why };
    }),
  );
}

function groupOf({ deed, group }: Candidate): string {
  return group ?? deed.name;
}

/** Its own group, if it has one; else those of its targets, and itself where the mean counts by deed. */
function groupsOf(candidate: Candidate, targets: readonly Target[], paced: boolean): string[] {
  if (candidate.group !== undefined) return [candidate.group];
  const groups = targets.map(({ kind, group, name }) => `${kind}/${group ?? name}`);
  return [...new Set([...groups, ...(paced ? [groupOf(candidate)] : [])])];
}
