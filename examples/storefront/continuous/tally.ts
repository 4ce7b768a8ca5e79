import type { AnyChaosEvent } from '@bridge/chaos-core';

/** Counts what an engine tells. */
export class Tally {
  /** Faults that were proven in effect. */
  effective = 0;
  /** Faults that could not be proven undone. */
  leaked = 0;
  readonly #drills = new Map<string, number>();
  readonly #outcomes = new Map<string, number>();

  hear({ type, data }: AnyChaosEvent): void {
    if (type === 'fault:effective') this.effective += 1;
    if (type === 'fault:leaked') this.leaked += 1;
    if (type === 'schedule:done') for (const { outcome } of data.outcomes) count(this.#outcomes, outcome);
    // One that was not run broke nothing and counts as no drill.
    if (type === 'drill:finished' && data.outcome !== 'not-run') count(this.#drills, data.card.id);
  }

  /** How many picks ended so. */
  ended(outcome: 'passed' | 'failed' | 'inconclusive'): number {
    return this.#outcomes.get(outcome) ?? 0;
  }

  drillsOf(card: string): number {
    return this.#drills.get(card) ?? 0;
  }
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
