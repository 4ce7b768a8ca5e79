import { type Clock, systemClock } from '../../clock.ts';
import type { ActOptions, ChaosEngine } from '../../engine/chaos-engine.ts';
import { ChaosError } from '../../errors.ts';
import type { AnyChaosEvent } from '../../event/chaos-events.ts';
import type { Plugins } from '../../experiment/input.ts';
import type { Report } from '../../run/report-schema.ts';
import type { ExpandOptions } from '../expand-scenario.ts';
import { scenarioExperiment } from '../run-scenario.ts';
import type { ScenarioLibrary } from '../scenario-library.ts';
import { DayLog } from './day-log.ts';
import { type GameDayReport, type InjectReport, meanReactions, type TimelineEntry } from './game-day-report.ts';
import { checkGameDay, type GameDayInput, type GameDayPlan, type Role, roleOf } from './game-day-schema.ts';
import { ParticipantFeed } from './participant-feed.ts';
import { falseAlarms, noticeableFrom, reactions } from './reaction.ts';
import { type SealedInject, sealed } from './sealed-inject.ts';

/** What a game day needs of an engine: any {@link ChaosEngine}. */
export type GameDayEngine = Pick<ChaosEngine<Plugins>, 'parse' | 'run' | 'on' | 'log' | 'signal'>;

export interface GameDayOptions extends Pick<ExpandOptions, 'experiment' | 'timeScale' | 'seed'>, ActOptions {
  /** Called with the report of every run. */
  readonly onReport?: (report: Report) => void;
  /** The engine's clock, where that is not the system's. */
  readonly clock?: Clock;
}

/** What everybody may see while the day is on. */
export interface GameDayView {
  readonly name: string;
  readonly roles: GameDayPlan['roles'];
  readonly injects: readonly {
    readonly number: number;
    readonly title: string;
    readonly state: 'hidden' | 'waiting' | 'on' | 'over';
    readonly seal: string;
    /** Null: still hidden. */
    readonly scenario: string | null;
  }[];
  /** Without what would give away an inject that is still hidden. */
  readonly timeline: readonly TimelineEntry[];
}

/**
 * A game day: scenarios are done to a system, hidden or not, while people and programs notice and mend; who was how fast
 * comes out side by side. People tell by `acknowledge` and `act`, or through the engine by
 * `engine.signal({ kind: 'trigger', name, data: { human: true, by } })`; everything else that signals is a program.
 *
 * The name of a run does not give away a hidden inject. The engine's own events and its ledger do: give responders
 * {@link view} and {@link follow}.
 */
export class GameDay {
  readonly plan: GameDayPlan;
  readonly #engine: GameDayEngine;
  readonly #options: GameDayOptions;
  readonly #clock: Clock;
  readonly #injects: readonly SealedInject[];
  readonly #reports: (InjectReport['run'] | undefined)[] = [];
  readonly #log: DayLog;
  readonly #feeds = new Set<ParticipantFeed>();
  #current: SealedInject | undefined;

  /** Checks, expands and seals everything; touches nothing. Throws as {@link ScenarioLibrary.expand} does. */
  constructor(engine: GameDayEngine, library: ScenarioLibrary, day: GameDayInput, options: GameDayOptions = {}) {
    this.plan = checkGameDay(day);
    this.#engine = engine;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    const { experiment, timeScale, seed } = options;
    this.#injects = this.plan.injects.map((inject, index) => {
      const expanded = scenarioExperiment(engine, library, inject.scenario, {
        parameters: inject.with,
        name: `${this.plan.name}: ${inject.title ?? `inject ${index + 1}`}`,
        ...(experiment === undefined ? {} : { experiment }),
        ...(timeScale === undefined ? {} : { timeScale }),
        ...(seed === undefined ? {} : { seed }),
      });
      return sealed(inject, index, expanded);
    });
    this.#log = new DayLog(this.plan.name, this.#clock, () => this.#current?.number ?? null);
  }

  /** Runs every inject in order. A leak, or a run that is told to stop, ends the day. Once. */
  async run(): Promise<GameDayReport> {
    const startedAt = this.#clock.wall();
    const began = this.#log.begin(this.#engine);
    using _listening = began;
    let ended: GameDayReport['ended'] = 'complete';
    for (const inject of this.#injects) {
      if (ended !== 'complete' || !(await this.#rested(inject.inject.after))) {
        ended = ended === 'complete' ? 'aborted' : ended;
        break;
      }
      ended = endAfter(await this.#do(inject));
    }
    this.#log.add('ended', null, ended);
    return this.#report(startedAt, ended);
  }

  /** A responder says: I have noticed something. */
  acknowledge(person: string, note = 'noticed something'): void {
    this.#tell('trigger', person, note);
  }

  /** A responder says: I am doing something about it. */
  act(person: string, what: string): void {
    this.#tell('playbook', person, what);
  }

  /** Anybody with a role writes something on the timeline. It is in the engine's events, and so in the ledger, too. */
  note(person: string, text: string): void {
    this.#require(person);
    this.#engine.log(text, { gameDay: this.plan.name, by: person });
  }

  view(): GameDayView {
    const over = (number: number): boolean => this.#reports[number - 1] !== undefined;
    const shows = (number: number): boolean => over(number) || this.plan.injects[number - 1]?.hidden === false;
    return {
      name: this.plan.name,
      roles: this.plan.roles,
      injects: this.#injects.map(({ number, title, seal, inject }) => ({
        number,
        title,
        state: over(number) ? 'over' : inject.hidden ? 'hidden' : this.#current?.number === number ? 'on' : 'waiting',
        seal,
        scenario: shows(number) ? inject.scenario : null,
      })),
      timeline: this.#log.entries.filter(({ inject, kind }) => {
        return inject === null || shows(inject) || kind === 'note' || kind === 'noticed' || kind === 'acted';
      }),
    };
  }

  /**
   * Calls back on the engine's events as responders may follow them: what probes, detectors, healers and people say at
   * once, everything else of a hidden inject at its end. Until disposed.
   */
  follow(listener: (event: AnyChaosEvent) => void): Disposable {
    const feed = new ParticipantFeed(() => this.#current?.inject.hidden === true, listener);
    this.#feeds.add(feed);
    const listening = this.#engine.on('*', feed.hear);
    return {
      [Symbol.dispose]: () => {
        listening[Symbol.dispose]();
        this.#feeds.delete(feed);
      },
    };
  }

  async #do(inject: SealedInject): Promise<Report> {
    const { signal, actor, onReport } = this.#options;
    this.#current = inject;
    this.#log.add('inject', null, inject.title);
    const from = this.#clock.now();
    const acting = { ...(signal === undefined ? {} : { signal }), ...(actor === undefined ? {} : { actor }) };
    const report = await this.#engine.run(inject.experiment, acting).report;
    this.#reports[inject.number - 1] = this.#runOf(report, from);
    this.#log.marks(report);
    this.#log.add('revealed', null, `${inject.title} was ${inject.inject.scenario}`);
    this.#current = undefined;
    for (const feed of this.#feeds) feed.reveal();
    onReport?.(report);
    return report;
  }

  #runOf(report: Report, from: number): InjectReport['run'] {
    const { id, verdict, passed, timeToRecover } = report;
    const signals = this.#log.signalsSince(from);
    return {
      id,
      verdict,
      passed,
      timeToRecover,
      countedFrom: noticeableFrom(report)?.mark ?? null,
      detection: reactions(signals, 'trigger', report),
      action: reactions(signals, 'playbook', report),
      falseAlarms: falseAlarms(signals, report),
    };
  }

  #report(startedAt: number, ended: GameDayReport['ended']): GameDayReport {
    const { name, description = null, roles } = this.plan;
    const injects = this.#injects.map(({ number, title, inject, parameters, seal, opened }): InjectReport => {
      const { hidden, scenario, expected = null } = inject;
      const run = this.#reports[number - 1] ?? null;
      return { number, title, hidden, scenario, parameters, expected, seal, opened, run };
    });
    return {
      format: 'bridge-chaos/game-day',
      version: 1,
      name,
      description,
      startedAt: new Date(startedAt).toISOString(),
      endedAt: new Date(this.#clock.wall()).toISOString(),
      roles,
      ended,
      injects,
      detection: meanReactions(injects, 'detection'),
      action: meanReactions(injects, 'action'),
      timeline: this.#log.entries.toSorted((a, b) => a.at - b.at),
    };
  }

  #tell(kind: 'trigger' | 'playbook', person: string, note: string): void {
    const role = this.#require(person);
    if (role !== 'responder') {
      throw new ChaosError(
        'CHAOS_SCENARIO_INVALID',
        `expected a responder to tell this, got ${person}, who is ${role}. Use note().`,
      );
    }
    this.#engine.signal({ kind, name: person, data: { human: true, by: person, gameDay: this.plan.name, note } });
  }

  #require(person: string): Role {
    const role = roleOf(this.plan, person);
    if (role !== undefined) return role;
    const known = Object.values(this.plan.roles).flat().join(', ');
    throw new ChaosError('CHAOS_SCENARIO_INVALID', `expected somebody with a role (${known}), got ${person}`);
  }

  async #rested(time: number): Promise<boolean> {
    const { signal, timeScale = 1 } = this.#options;
    try {
      if (time > 0) await this.#clock.sleep(time * timeScale, { signal });
    } catch (thrown) {
      if (!signal?.aborted) throw thrown;
    }
    return !signal?.aborted;
  }
}

function endAfter({ reversal, aborted }: Report): GameDayReport['ended'] {
  if (!reversal.clean) return 'leaked';
  const own = aborted === null || ['stop-condition', 'max-duration', 'refused'].includes(aborted.code);
  return own ? 'complete' : 'aborted';
}
