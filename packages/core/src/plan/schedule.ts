import type { Condition, Step } from '../experiment/experiment.ts';
import type { Path } from '../experiment/problem.ts';
import { childrenOf } from '../experiment/walk-steps.ts';

/** A step that acts; the others only give order. */
export type Act = Extract<Step, { readonly kind: 'fault' | 'delay' | 'probe' | 'load' }>;

export interface Scheduled {
  readonly step: Act;
  readonly path: Path;
  readonly iteration: readonly number[];
  /** Earliest start in milliseconds after the first step. */
  readonly at: number;
  /** Its own and those of the steps around it, outermost first, each with its path. */
  readonly conditions: readonly { readonly condition: Condition; readonly path: Path }[];
}

export interface Schedule {
  /** By time; of one time in the order they were written. */
  readonly acts: readonly Scheduled[];
  /** Milliseconds all steps take when nothing but holds and delays takes time. */
  readonly duration: number;
}

/** Unrolls the steps and lays them out in time. */
export function scheduleOf(steps: readonly Step[]): Schedule {
  const layout = new Layout();
  let end = 0;
  steps.forEach((step, index) => {
    end = layout.place(step, { path: ['faults', index], iteration: [], conditions: [] }, end);
  });
  // Sorting is stable, so steps of one time stay in the order they were written.
  return { acts: layout.acts.sort((a, b) => a.at - b.at), duration: end };
}

type Place = Pick<Scheduled, 'path' | 'iteration' | 'conditions'>;

class Layout {
  readonly acts: Scheduled[] = [];

  /** Returns when the step is over. */
  place(step: Step, place: Place, at: number): number {
    const { path, iteration } = place;
    const own = step.when === undefined ? [] : [{ condition: step.when, path: [...path, 'when'] }];
    const conditions = [...place.conditions, ...own];
    const within = childrenOf(step, path).map((child) => ({
      ...child,
      place: { path: child.path, iteration, conditions },
    }));
    switch (step.kind) {
      case 'serial':
        return within.reduce((end, child) => this.place(child.step, child.place, end), at);
      case 'parallel':
        return Math.max(at, ...within.map((child) => this.place(child.step, child.place, at)));
      case 'repeat':
        return this.#rounds(step.times, within, at);
      default:
        this.acts.push({ step, path, iteration, at, conditions });
        return at + lasting(step);
    }
  }

  #rounds(times: number, within: readonly { readonly step: Step; readonly place: Place }[], at: number): number {
    let end = at;
    for (let round = 0; round < times; round += 1) {
      for (const { step, place } of within) {
        end = this.place(step, { ...place, iteration: [...place.iteration, round] }, end);
      }
    }
    return end;
  }
}

/** How long the next step waits for this one. */
function lasting(step: Act): number {
  if (step.kind === 'delay') return step.delay;
  return step.kind === 'probe' ? 0 : (step.for ?? 0);
}
