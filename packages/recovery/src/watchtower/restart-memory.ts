import type { Clock } from '@bridge/chaos-core';
import { isRemembering, type Leadership } from '../leadership/leadership.ts';
import type { Patient } from './patient.ts';
import type { WatchPolicy } from './policy/watch-policy.ts';
import type { WatchedTarget } from './watched-target.ts';

/** The key of one restart: the same for the same deed, whoever does it. */
export function restartKey(target: WatchedTarget, attempt: number): string {
  return `${restartsOf(target)}${target.startedAt} ${attempt}`;
}

const restartsOf = ({ kind, id }: WatchedTarget): string => `restart ${kind} ${id} `;
const resetsOf = ({ kind, id }: WatchedTarget): string => `reset ${kind} ${id} `;

/**
 * What the leaders before this one did for a target, out of the record that fences their deeds: a budget that is spent
 * stays spent when the leader changes, or starts again.
 */
export class RestartMemory {
  readonly #leadership: Leadership;
  readonly #clock: Clock;
  readonly #budget: WatchPolicy['budget'];
  readonly #known = new WeakMap<Patient, bigint>();

  constructor(leadership: Leadership, clock: Clock, { budget }: Pick<WatchPolicy, 'budget'>) {
    this.#leadership = leadership;
    this.#clock = clock;
    this.#budget = budget;
  }

  /** Takes in the restarts of former terms, once a term. True when there were any that were not known. Rejects without an answer. */
  async recall(patient: Patient, term: bigint): Promise<boolean> {
    if (!isRemembering(this.#leadership) || this.#known.get(patient) === term) return false;
    const { target } = patient;
    const { per } = this.#budget;
    const [restarts, resets] = await Promise.all([
      this.#leadership.past(restartsOf(target), per),
      this.#leadership.past(resetsOf(target), per),
    ]);
    this.#known.set(patient, term);
    const reset = Math.min(Number.POSITIVE_INFINITY, ...resets.map(({ age }) => age));
    const counted = restarts.filter(({ age, outcome }) => age < reset && outcome !== 'abandoned');
    const now = this.#clock.now();
    if (counted.length <= patient.restarts.at(now)) return false;
    patient.restarts.clear();
    for (const { age } of counted) patient.restarts.add(now - age);
    patient.row = Math.max(patient.row, counted.length);
    return true;
  }

  /** A human's reset, for the leaders to come. In the background: without a record they begin with a spent budget. */
  async noteReset({ target }: Patient): Promise<void> {
    const key = `${resetsOf(target)}${this.#clock.wall()}`;
    const grant = await this.#leadership.begin({ key, what: `reset ${target.kind} ${target.name}`, timeout: 0 });
    if (grant.granted) await grant.finish('done');
  }
}
