import type { Emit } from '../event/chaos-events.ts';
import type { FaultFacts } from './fault-port.ts';
import type { Marks } from './timeline.ts';

export type Mark = keyof Marks;

/** Announces marks as they become known: once each, and again only when the analysis corrects one. */
export class MarkBoard {
  readonly #announced = new Map<Mark, number>();
  readonly #emit: Emit;
  readonly #runId: string;

  constructor(emit: Emit, runId: string) {
    this.#emit = emit;
    this.#runId = runId;
  }

  /** Ignored when the mark is known already. */
  first(mark: Mark, at: number | null): void {
    if (at !== null && !this.#announced.has(mark)) this.#announce(mark, at);
  }

  injected({ requestedAt, acknowledgedAt, effectiveAt }: FaultFacts): void {
    this.first('request', requestedAt);
    this.first('ack', acknowledgedAt);
    this.first('effect', effectiveAt);
  }

  /** What the analysis found. */
  settle(marks: Marks): void {
    const names = ['request', 'ack', 'effect', 'impact', 'detect', 'act', 'removed', 'recovered', 'confirmed'] as const;
    for (const mark of names) {
      const at = marks[mark];
      if (at !== null && this.#announced.get(mark) !== at) this.#announce(mark, at);
    }
  }

  #announce(mark: Mark, at: number): void {
    this.#announced.set(mark, at);
    this.#emit('mark:set', { mark, at }, this.#runId);
  }
}
