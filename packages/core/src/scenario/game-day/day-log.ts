import type { Clock } from '../../clock.ts';
import type { Report } from '../../run/report-schema.ts';
import type { GameDayEngine } from './game-day.ts';
import type { TimelineEntry } from './game-day-report.ts';
import { isHuman, type Signal } from './reaction.ts';

/** What happens on a game day, as it happens: from the engine's events, and from what the day itself does. */
export class DayLog {
  readonly entries: TimelineEntry[] = [];
  readonly #name: string;
  readonly #clock: Clock;
  /** Which inject is on. */
  readonly #current: () => number | null;
  readonly #signals: Signal[] = [];
  #start = 0;

  constructor(name: string, clock: Clock, current: () => number | null) {
    this.#name = name;
    this.#clock = clock;
    this.#current = current;
  }

  /** Listens until the answer is disposed. */
  begin(engine: GameDayEngine): Disposable {
    this.#start = this.#clock.now();
    this.add('began', null, this.#name);
    const signals = engine.on('host:signal', (event) => this.#signal(event));
    const notes = engine.on('host:log', ({ data, monotonic }) => {
      const { gameDay, by } = data.data;
      if (gameDay === this.#name && typeof by === 'string') this.#put('note', by, data.message, monotonic);
    });
    const both = new DisposableStack();
    both.use(signals);
    both.use(notes);
    return both;
  }

  add(kind: TimelineEntry['kind'], by: string | null, text: string): void {
    this.#put(kind, by, text, this.#clock.now());
  }

  /** What only the report of a run knows. */
  marks({ marks, verdict }: Report): void {
    if (marks.effect !== null) this.#put('effect', null, 'the fault was in effect', marks.effect);
    if (marks.impact !== null) this.#put('impact', null, 'users were hit', marks.impact);
    if (marks.recovered !== null) this.#put('recovered', null, verdict, marks.recovered);
  }

  signalsSince(from: number): readonly Signal[] {
    return this.#signals.filter(({ monotonic }) => monotonic >= from);
  }

  #signal(event: Signal): void {
    const { kind, name, data } = event.data;
    this.#signals.push(event);
    const by = typeof data['by'] === 'string' ? data['by'] : name;
    const note = typeof data['note'] === 'string' ? data['note'] : name;
    const text = isHuman(event) ? note : `${kind} ${name}`;
    this.#put(kind === 'trigger' ? 'noticed' : 'acted', by, text, event.monotonic);
  }

  #put(kind: TimelineEntry['kind'], by: string | null, text: string, monotonic: number): void {
    const at = Math.max(0, monotonic - this.#start);
    this.entries.push({ at, kind, by, text, inject: this.#current() });
  }
}
