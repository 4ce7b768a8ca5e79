import type { HistoryEntry } from '../card/backlog/backlog-fold.ts';
import type { Card } from '../card/card.ts';
import { type Clock, systemClock } from '../clock.ts';
import { type DurationInput, milliseconds } from '../duration.ts';
import type { ChaosEngine } from '../engine/chaos-engine.ts';
import { partsOf } from '../engine/parts-of.ts';
import type { AnyChaosEvent } from '../event/chaos-events.ts';
import type { Plugins } from '../experiment/input.ts';
import type { Random } from '../random.ts';
import { weightedDraw } from '../weighted-choice.ts';
import { type CoverageCell, cellOf } from './cell.ts';
import { type CoverageReport, coverageReport } from './coverage-report.ts';
import { DrillHistory } from './drill-history.ts';
import { escalationOf } from './escalation.ts';
import { type Urgency, urgencyOf } from './selection.ts';

export interface CoverageOptions {
  /** Where cards are chosen for, and escalated. */
  readonly environment: string;
  /** Further environments whose cells the report shows, for a ledger that several environments forward to. */
  readonly others?: readonly string[];
  /** What is deployed now. A function is asked each time. Default `unversioned`. */
  readonly version?: string | ((card: Card, environment: string) => string);
  /** The ledger's entries, oldest first: `drillEntries(ledger)`. */
  readonly entries?: AsyncIterable<HistoryEntry> | Iterable<HistoryEntry>;
  /** Default: the system's. */
  readonly clock?: Clock;
}

/** A card that was chosen, and why. */
export interface Choice {
  readonly card: Card;
  readonly cell: CoverageCell;
  readonly urgency: Urgency;
  /** Of its weight among all, 0 to 1. */
  readonly share: number;
  /** One line with the numbers. */
  readonly why: string;
}

/** The coverage of these cards, from what a ledger holds. */
export async function coverageOf(cards: readonly Card[], options: CoverageOptions): Promise<Coverage> {
  const history = new DrillHistory();
  for await (const entry of options.entries ?? []) history.add(entry);
  return new Coverage(cards, history, options);
}

/** What is drilled and what is not: card × target × environment × version, fading with time. */
export class Coverage {
  readonly #cards: readonly Card[];
  readonly #history: DrillHistory;
  readonly #options: CoverageOptions;
  readonly #clock: Clock;

  constructor(cards: readonly Card[], history: DrillHistory, options: CoverageOptions) {
    this.#cards = cards;
    this.#history = history;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  /** As of now. */
  report(): CoverageReport {
    const { environment, others = [] } = this.#options;
    const cells = [environment, ...others].flatMap((place) => this.#cards.map((card) => this.#cell(card, place)));
    return coverageReport(cells, this.#history.alarms(), this.#clock.wall());
  }

  /** How much a drill of this card is wanted now, and why. */
  urgency(card: Card): Urgency {
    return urgencyOf(this.#cell(card), this.#clock.wall());
  }

  /** One card, by risk × staleness × uncertainty × change. The same seed on the same history chooses the same. */
  choose(random: Random): Choice | undefined {
    const wanted = this.#cards.map((card) => ({ card, cell: this.#cell(card), urgency: this.urgency(card) }));
    const drawn = weightedDraw(wanted, ({ urgency }) => urgency.weight, random);
    if (drawn === undefined) return undefined;
    const { item: chosen, share, draw } = drawn;
    const { card, urgency } = chosen;
    const odds = `${(share * 100).toFixed(1)} % of ${wanted.length} cards' weight, drew ${draw.toFixed(4)}`;
    return { ...chosen, share, why: `${card.id} on ${card.target}: ${urgency.why}; ${odds}` };
  }

  /**
   * Follows the drills of an engine, and says through its events (`coverage:escalated`) what has been left too long:
   * now and then every `every` (default 1 h), once per level until the cell is drilled.
   */
  watch<const Ps extends Plugins>(
    engine: ChaosEngine<Ps>,
    { every = '1h' }: { readonly every?: DurationInput } = {},
  ): Disposable {
    const { hub, clock } = partsOf(engine);
    const listening = hub.on('*', (event) => this.#hear(event));
    for (const card of this.#cards) {
      const place = { card: card.id, target: card.target, environment: this.#options.environment };
      if (this.#history.cell(place) === undefined) hub.emit('coverage:added', place);
    }
    const interval = milliseconds(every);
    let timer: Disposable;
    const look = (): void => {
      this.#escalate(hub.emit);
      timer = clock.timer(interval, look, { ref: false });
    };
    look();
    return {
      [Symbol.dispose]: () => {
        timer[Symbol.dispose]();
        listening[Symbol.dispose]();
      },
    };
  }

  #hear({ type, time, data }: AnyChaosEvent): void {
    this.#history.add({ type, time, data });
  }

  #escalate(emit: ReturnType<typeof partsOf>['hub']['emit']): void {
    for (const card of this.#cards) {
      const escalation = escalationOf(this.#cell(card));
      if (escalation === undefined) continue;
      const { cell, level, reason } = escalation;
      const { target, environment, overdue, owner } = cell;
      const told = this.#history.cell({ card: card.id, target, environment })?.escalated.has(level) ?? false;
      if (!told) emit('coverage:escalated', { card: card.id, target, environment, level, reason, overdue, owner });
    }
  }

  #cell(card: Card, environment = this.#options.environment): CoverageCell {
    const { version = 'unversioned' } = this.#options;
    const history = this.#history.cell({ card: card.id, target: card.target, environment });
    const current = typeof version === 'string' ? version : version(card, environment);
    return cellOf(card, history, { environment, version: current, now: this.#clock.wall() });
  }
}
