import { type Clock, type DrillRecord, freshSeed, type Random, seededRandom, systemClock } from '@bridge/chaos-core';
import type { FeedEvent } from '../../event/event-feed.ts';
import type { IncidentSignal } from '../incident-signal.ts';
import type { PlaybookEngine } from '../playbook-engine.ts';
import type { PlaybookEvents } from '../playbook-events.ts';
import { type Deed, drillLesson } from './drill-lesson.ts';
import type { Experience } from './experience.ts';
import { drillArm, type TemplateBook } from './template-book.ts';

export interface DrillLearning {
  readonly book: TemplateBook;
  readonly playbooks: PlaybookEngine;
  /** What a signal's target is: `container`, `process`, `service`. */
  readonly kindOf: (signal: IncidentSignal) => string;
  /** Share of drills that are left without any action, to know what the action is worth. Default 0.15; 0: none. */
  readonly share?: number;
  /** Whether somebody lent a hand in this drill: it then teaches nothing of the playbook. Default: nobody did. */
  readonly operator?: (record: DrillRecord) => boolean;
  /** How long a playbook that is still at it is waited for after the drill. Default 60 s. */
  readonly patience?: number;
  /** For which drills are left without action. Default: another one each time. */
  readonly random?: Random;
  readonly clock?: Clock;
}

export interface TaughtDrill {
  readonly record: DrillRecord;
  readonly arm: Experience['arm'];
  /** What was taken in, one for each playbook that acted or would have. */
  readonly learnt: readonly Experience[];
}

const HELD = 'this drill is left without action, to know what acting is worth';

/**
 * Carries out a drill and teaches the book what the playbooks did in it. A share of the drills, chosen by chance, holds
 * the playbooks instead; never while a run of theirs is under way, or while somebody else holds them.
 *
 * @example
 * const { record } = await learnFromDrill({ book, playbooks, kindOf: () => 'container' }, () => drill(engine, card, { version }));
 */
export async function learnFromDrill(
  learning: DrillLearning,
  perform: () => Promise<DrillRecord>,
): Promise<TaughtDrill> {
  const { book, playbooks, kindOf, share, operator = () => false, random = seededRandom(freshSeed()) } = learning;
  const { clock = systemClock, patience = 60_000 } = learning;
  const isFree = playbooks.active.length === 0 && playbooks.held === undefined;
  const arm = isFree ? drillArm(random, share) : 'action';
  const watched = new WatchedPlaybooks(playbooks, arm);
  using _listening = playbooks.on((event) => watched.hear(event));
  if (arm === 'no-action') playbooks.hold(HELD);
  try {
    const record = await perform();
    await watched.settled(clock, patience);
    const lessons = watched.deeds(record).map((deed) => {
      const kind = kindOf(deed.signal);
      return drillLesson(record, deed, { kind, operator: operator(record) });
    });
    const learnt = lessons.filter((lesson) => lesson !== undefined);
    for (const lesson of learnt) await book.learn(lesson);
    return { record, arm, learnt };
  } finally {
    if (playbooks.held === HELD) playbooks.unhold();
  }
}

/** What playbooks say while a drill is on. */
class WatchedPlaybooks {
  readonly #playbooks: PlaybookEngine;
  readonly #arm: Experience['arm'];
  readonly #runs = new Map<
    string,
    { signal: IncidentSignal; actedAt: number | null; outcome: Deed['outcome'] | null }
  >();
  readonly #refused = new Map<string, IncidentSignal>();
  #changed = Promise.withResolvers<void>();

  constructor(playbooks: PlaybookEngine, arm: Experience['arm']) {
    this.#playbooks = playbooks;
    this.#arm = arm;
  }

  hear({ type, data, at }: FeedEvent<PlaybookEvents>): void {
    if (type === 'playbook:started') this.#runs.set(data.run, { signal: data.signal, actedAt: null, outcome: null });
    if (type === 'playbook:step-started') {
      const run = this.#runs.get(data.run);
      if (run !== undefined) run.actedAt ??= at;
    }
    if (type === 'playbook:ended') {
      const run = this.#runs.get(data.run);
      if (run !== undefined) run.outcome = data.outcome;
      this.#changed.resolve();
      this.#changed = Promise.withResolvers();
    }
    if (type === 'playbook:refused' && data.reason === 'held' && this.#arm === 'no-action') {
      this.#refused.set(JSON.stringify([data.signal.trigger, data.signal.cause, data.signal.severity]), data.signal);
    }
  }

  /** Resolves when every run has ended, or after the patience: one that has not teaches nothing. */
  async settled(clock: Clock, patience: number): Promise<void> {
    const over = new AbortController();
    const late = clock.sleep(patience, { signal: over.signal, ref: false }).then(
      () => true,
      () => true,
    );
    while ([...this.#runs.values()].some(({ outcome }) => outcome === null)) {
      const isLate = await Promise.race([late, this.#changed.promise.then(() => false)]);
      if (isLate) break;
    }
    over.abort();
  }

  deeds({ timeToRecover }: DrillRecord): Deed[] {
    const acted = [...this.#runs.values()].flatMap(({ signal, actedAt, outcome }): Deed[] => {
      const playbook = this.#playbooks.chosenFor(signal);
      if (playbook === undefined || outcome === null) return [];
      return [{ playbook, signal, arm: 'action', actedAt, outcome }];
    });
    const idle = [...this.#refused.values()].flatMap((signal): Deed[] => {
      const playbook = this.#playbooks.chosenFor(signal);
      const outcome = timeToRecover === null ? 'ineffective' : 'resolved';
      return playbook === undefined ? [] : [{ playbook, signal, arm: 'no-action', actedAt: null, outcome }];
    });
    return [...acted, ...idle];
  }
}
