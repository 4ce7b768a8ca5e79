import { ChaosError } from '../errors.ts';
import type { AnyChaosEvent } from '../event/chaos-events.ts';
import type { Experiment } from '../experiment/experiment.ts';
import { beneath, type Problem, problemError } from '../experiment/problem.ts';
import { freshSeed } from '../random.ts';
import { selectorText } from '../target/resolve.ts';
import { type Calendar, cronCalendar, intervalCalendar, listedCalendar } from './calendar.ts';
import type { Deed } from './deed.ts';
import { experimentDeed, faultDeed } from './experiment-deed.ts';
import { LeadingReplica } from './leadership.ts';
import type { MonkeyPlan } from './monkey.ts';
import { type Candidate, MonkeyPicker } from './monkey-picker.ts';
import { type CheckedMonkey, type CheckedThing, checkMonkey } from './monkey-schema.ts';
import { OpeningHours } from './opening-hours.ts';
import type { RecordedRun } from './recorded-run.ts';
import type { PastSource } from './recorded-schedule.ts';
import { type Recorded, type ReplayOptions, recordedUnder } from './replay.ts';
import { ReplayPicker } from './replay-picker.ts';
import { ScheduleHandle, type ScheduleOptions } from './schedule-handle.ts';
import type { ScheduleHost } from './schedule-host.ts';
import { runScore, type Score } from './score.ts';

export interface SchedulesOptions {
  readonly host: ScheduleHost;
  /** What the engine remembers. */
  readonly recent: () => readonly AnyChaosEvent[];
}

/** The schedules of one engine. */
export class Schedules {
  readonly #host: ScheduleHost;
  readonly #recent: SchedulesOptions['recent'];
  readonly #open = new Set<ScheduleHandle>();
  /** By schedule, ended ones too, so that they can be replayed; oldest first. */
  readonly #deeds = new Map<string, readonly Deed[]>();

  constructor({ host, recent }: SchedulesOptions) {
    this.#host = host;
    this.#recent = recent;
  }

  get all(): readonly ScheduleHandle[] {
    return [...this.#open];
  }

  /** Throws `CHAOS_SCHEDULE_INVALID`, or what the parser of experiments throws. */
  begin({ input }: MonkeyPlan): ScheduleHandle {
    const monkey = checkMonkey(input);
    const candidates = monkey.things.map((thing) => this.#candidate(thing, monkey.hold));
    verifyNames(candidates.map(({ deed }) => deed));
    this.#verifyUntaken(monkey.name);
    const seed = monkey.seed ?? freshSeed();
    return this.#add({
      name: monkey.name,
      seed,
      enabled: monkey.enabled,
      calendar: calendarOf(monkey),
      picker: new MonkeyPicker(monkey, candidates, seed),
      hours: new OpeningHours(monkey),
      replica: new LeadingReplica(monkey.leadership),
      grace: monkey.grace,
    });
  }

  /** Begins to repeat what was recorded under this id at once. Throws `CHAOS_SCHEDULE_INVALID`. */
  async replay(id: string, options: ReplayOptions): Promise<ScheduleHandle> {
    const where = options.record === undefined ? 'what this engine remembers' : 'the given record';
    const recorded = await recordedUnder(id, options.record ?? this.#memory(), where);
    return this.#repeat(this.#score(recorded, options), options);
  }

  /** Stops all, and resolves when everything they began is reverted. */
  async stopAll(reason: string): Promise<void> {
    await Promise.all(this.all.map((schedule) => schedule.stop(reason)));
  }

  /** By their names schedules claim ticks and find what they did before. */
  #verifyUntaken(name: string): void {
    if (!this.all.some((schedule) => schedule.name === name)) return;
    const message = `expected a name that no open schedule has, got ${JSON.stringify(name)}; stop the other one first`;
    throw problemError('CHAOS_SCHEDULE_INVALID', 'the schedule', [{ path: ['name'], message }]);
  }

  #add(options: Omit<ScheduleOptions, 'host'>): ScheduleHandle {
    const schedule = new ScheduleHandle({ ...options, host: this.#host });
    this.#open.add(schedule);
    this.#deeds.set(schedule.id, options.picker.deeds);
    const [oldest] = this.#deeds.keys();
    if (this.#deeds.size > REMEMBERED && oldest !== undefined) this.#deeds.delete(oldest);
    void schedule.ended.then(() => this.#open.delete(schedule));
    return schedule;
  }

  #repeat(score: Score, { mode = 'live', actor = score.actor }: ReplayOptions): ScheduleHandle {
    const { name, seed, deeds, replays } = score;
    const since = this.#host.clock.wall();
    // The instant it begins at is no tick: a pick at offset 0 comes a millisecond later.
    const due = new Map(score.picks.map((pick) => [since + Math.max(1, pick.offset), pick.deeds]));
    return this.#add({
      name,
      seed,
      enabled: true,
      calendar: listedCalendar([...due.keys()]),
      picker: new ReplayPicker(mode, deeds, due),
      hours: new OpeningHours({ windows: [], blackouts: [] }),
      replica: new LeadingReplica(undefined),
      grace: REPLAY_GRACE,
      replays,
      since,
      actor,
    });
  }

  #score(recorded: Recorded, options: ReplayOptions): Score {
    if (recorded.kind === 'run') {
      return runScore(recorded.run, this.#experimentOf(recorded.run, options));
    }
    const { id, start, picks } = recorded;
    return {
      name: start.schedule,
      seed: start.seed,
      replays: id,
      actor: undefined,
      deeds: this.#deedsOf(id, options),
      picks: picks.map(({ offset, deeds }) => ({
        offset,
        deeds: deeds.map((deed) => ({ ...deed, expected: { from: 'plan' as const, ...deed } })),
      })),
    };
  }

  #experimentOf({ id }: RecordedRun, { experiment }: ReplayOptions): Experiment {
    const found = experiment === undefined ? this.#host.experimentOf(id) : this.#host.parse(experiment);
    if (found !== undefined) return found;
    throw new ChaosError(
      'CHAOS_SCHEDULE_INVALID',
      `expected the \`experiment\` of run ${id}, which this engine did not begin or does not remember`,
    );
  }

  #memory(): PastSource {
    return ({ type, run }) => {
      const prefix = type.slice(0, -1);
      return this.#recent().filter((event) => event.type.startsWith(prefix) && (!run || event.runId === run));
    };
  }

  #deedsOf(id: string, { things, hold }: ReplayOptions): readonly Deed[] {
    if (things === undefined) {
      const deeds = this.#deeds.get(id);
      if (deeds !== undefined) return deeds;
      throw new ChaosError(
        'CHAOS_SCHEDULE_INVALID',
        `expected the \`things\` of schedule ${id}, which was not begun by this engine`,
      );
    }
    const monkey = checkMonkey({ things, ...(hold === undefined ? {} : { hold }) });
    const deeds = monkey.things.map((thing) => this.#candidate(thing, monkey.hold).deed);
    verifyNames(deeds);
    return deeds;
  }

  #candidate(thing: CheckedThing, hold: number): Candidate {
    const { weight, group } = thing;
    return { deed: this.#deed(thing, hold), weight, group };
  }

  #deed(thing: CheckedThing, hold: number): Deed {
    if ('deed' in thing) return thing.deed;
    if ('fault' in thing) {
      const experiment = this.#host.parse({ name: 'a fault by itself', faults: [{ for: hold, ...thing.fault }] });
      return faultDeed(thing.name ?? describe(experiment), experiment);
    }
    const experiment = this.#host.parse(thing.experiment);
    const deed = experimentDeed(experiment);
    return thing.name === undefined ? deed : { ...deed, name: thing.name };
  }
}

/** How many schedules can be replayed without naming their things again. */
const REMEMBERED = 100;

/** How late a recorded pick may be repeated, ms. */
const REPLAY_GRACE = 60_000;

function calendarOf({ when, name }: CheckedMonkey): Calendar {
  return 'cron' in when ? cronCalendar(when.cron, when.timeZone) : intervalCalendar(when.every, name);
}

/** Names are how records, replays and stress mode tell deeds apart. */
function verifyNames(deeds: readonly Deed[]): void {
  const problems = deeds.flatMap(({ name }, index): Problem[] => {
    if (deeds.findIndex((other) => other.name === name) === index) return [];
    const message = `expected a name that is not taken, got ${JSON.stringify(name)} again; give it a \`name\``;
    return beneath(['things', index], [{ path: ['name'], message }]);
  });
  if (problems.length > 0) throw problemError('CHAOS_SCHEDULE_INVALID', 'the schedule', problems);
}

function describe({ faults }: Experiment): string {
  const [step] = faults;
  return step?.kind === 'fault' ? `${step.type} ${selectorText(step.target)}` : 'fault';
}
