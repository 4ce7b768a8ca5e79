import type { Random } from '@bridge/chaos-core';
import type { Counters } from '../board.ts';
import { inScope, type RequestScope } from './scope.ts';
import { isHit, type When } from './when.ts';

export interface RuleOptions {
  readonly scope: RequestScope;
  readonly when: When;
  readonly random: Random;
}

/** Decides which calls of one fault are hit, and counts them. */
export class Rule {
  readonly #scope: RequestScope;
  readonly #when: When;
  readonly #share: number;
  readonly #random: Random;
  #eligible = 0;
  #injected = 0;

  constructor({ scope, when, random }: RuleOptions) {
    this.#scope = scope;
    this.#when = when;
    this.#share = typeof scope === 'object' && 'share' in scope ? scope.share : 1;
    this.#random = random.fork('hits');
  }

  /** Whether the current call is one of those that may be hit. Cheap; counts nothing. */
  covers(): boolean {
    return inScope(this.#scope);
  }

  /** For a call that is covered and matches: whether it is hit. */
  draws(): boolean {
    this.#eligible += 1;
    const hit = isHit(this.#when, this.#eligible) && (this.#share === 1 || this.#random.next() < this.#share);
    if (hit) this.#injected += 1;
    return hit;
  }

  counters(): Counters {
    return { eligible: this.#eligible, injected: this.#injected };
  }
}
