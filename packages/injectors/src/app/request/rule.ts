import type { Random } from '@bridge/chaos-core';
import type { Counters } from '../board.ts';
import { inScope, type RequestScope } from './scope.ts';
import { isHit, type When } from './when.ts';

export interface RuleOptions {
  readonly scope: RequestScope;
  readonly when: When;
  readonly random: Random;
  /** Drawn for each call that the schedule lets through. Default 1. */
  readonly probability?: number;
}

/** Decides which calls of one fault are hit, and counts them. */
export class Rule {
  readonly #scope: RequestScope;
  readonly #when: When;
  readonly #probability: number;
  readonly #random: Random;
  #eligible = 0;
  #injected = 0;

  constructor({ scope, when, random, probability = 1 }: RuleOptions) {
    this.#scope = scope;
    this.#when = when;
    this.#probability = typeof scope === 'object' && 'share' in scope ? scope.share * probability : probability;
    this.#random = random.fork('hits');
  }

  /** Whether the current call is one of those that may be hit. Cheap; counts nothing. */
  covers(): boolean {
    return inScope(this.#scope);
  }

  /** For a call that is covered and matches: whether it is hit. */
  draws(): boolean {
    this.#eligible += 1;
    const hit =
      isHit(this.#when, this.#eligible) && (this.#probability === 1 || this.#random.next() < this.#probability);
    if (hit) this.#injected += 1;
    return hit;
  }

  counters(): Counters {
    return { eligible: this.#eligible, injected: this.#injected };
  }
}
