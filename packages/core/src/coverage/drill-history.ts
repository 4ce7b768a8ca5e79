import * as z from 'zod';
import type { HistoryEntry } from '../card/backlog/backlog-fold.ts';

/** One drill that came to something. */
export interface PastDrill {
  readonly drill: string;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  readonly version: string;
  readonly fingerprint: string;
  readonly outcome: 'passed' | 'failed' | 'inconclusive';
  readonly covers: boolean;
}

/** What is remembered of a card on a target in an environment. */
export interface CellHistory {
  /** When coverage first heard of it; null when a drill was the first it heard. */
  readonly addedAt: number | null;
  /** Oldest first. */
  readonly drills: readonly PastDrill[];
  /** Levels that were escalated since the last drill that decided. */
  readonly escalated: ReadonlySet<string>;
}

/** How often a trigger fired with nothing broken. */
export interface AlarmCount {
  readonly trigger: string;
  readonly drills: number;
  readonly alarms: number;
}

export interface CellKey {
  readonly card: string;
  readonly target: string;
  readonly environment: string;
}

const text = z.string();
const cell = { target: text, environment: text };

const finished = z.object({
  ...cell,
  drill: text,
  kind: z.enum(['fault', 'null']),
  card: z.object({ id: text, fingerprint: text }),
  version: text,
  outcome: z.enum(['passed', 'failed', 'inconclusive', 'not-run']),
  covers: z.boolean(),
  triggers: z.array(z.object({ name: text, fired: z.boolean() })).optional(),
});
const added = z.object({ ...cell, card: text });
const escalated = z.object({ ...cell, card: text, level: text });

/** More says nothing more about how a cell stands. */
const MOST_DRILLS = 200;

interface MutableCell {
  addedAt: number | null;
  readonly drills: PastDrill[];
  readonly escalated: Set<string>;
}

/** What drills showed, from the entries that tell of them: a fold, so that a restart loses nothing. */
export class DrillHistory {
  readonly #cells = new Map<string, MutableCell>();
  readonly #alarms = new Map<string, { drills: number; alarms: number }>();

  /** Entries oldest first; those of other kinds and of other versions are passed over. */
  add({ type, time, data }: HistoryEntry): void {
    const at = Date.parse(time);
    if (type === 'drill:finished') this.#finished(at, finished.safeParse(data).data);
    else if (type === 'coverage:added') this.#added(at, added.safeParse(data).data);
    else if (type === 'coverage:escalated') this.#escalated(escalated.safeParse(data).data);
  }

  cell(key: CellKey): CellHistory | undefined {
    return this.#cells.get(keyOf(key));
  }

  alarms(): AlarmCount[] {
    return [...this.#alarms].map(([trigger, counts]) => ({ trigger, ...counts }));
  }

  #finished(at: number, told: z.output<typeof finished> | undefined): void {
    if (told === undefined || told.outcome === 'not-run') return;
    if (told.kind === 'null') {
      for (const { name, fired } of told.triggers ?? []) this.#listened(name, fired);
      return;
    }
    const { drill, card, version, outcome, covers } = told;
    const { drills, escalated: levels } = this.#cell({ ...told, card: card.id });
    drills.push({ drill, at, version, fingerprint: card.fingerprint, outcome, covers });
    if (drills.length > MOST_DRILLS) drills.shift();
    if (outcome !== 'inconclusive') levels.clear();
  }

  #listened(trigger: string, fired: boolean): void {
    const counts = this.#alarms.get(trigger) ?? { drills: 0, alarms: 0 };
    this.#alarms.set(trigger, { drills: counts.drills + 1, alarms: counts.alarms + Number(fired) });
  }

  #added(at: number, told: CellKey | undefined): void {
    if (told !== undefined) this.#cell(told).addedAt ??= at;
  }

  #escalated(told: z.output<typeof escalated> | undefined): void {
    if (told !== undefined) this.#cell(told).escalated.add(told.level);
  }

  #cell(key: CellKey): MutableCell {
    const known = this.#cells.get(keyOf(key)) ?? { addedAt: null, drills: [], escalated: new Set() };
    this.#cells.set(keyOf(key), known);
    return known;
  }
}

function keyOf({ card, target, environment }: CellKey): string {
  return JSON.stringify([card, target, environment]);
}
