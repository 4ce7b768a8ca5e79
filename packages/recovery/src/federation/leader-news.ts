import type { Standing } from '../leadership/leadership.ts';
import type { FederationEmit } from './federation-events.ts';
import { leaderOf } from './federation-state.ts';

/** Makes promotions, demotions and changes of the leader out of standings. */
export class LeaderNews {
  readonly #node: string;
  readonly #emit: FederationEmit;
  #led: string | undefined;
  #leader: string | null = null;

  constructor(node: string, emit: FederationEmit) {
    this.#node = node;
    this.#emit = emit;
  }

  readonly tell = (standing: Standing): void => {
    const { leader, term } = leaderOf(this.#node, standing);
    const leads = standing.role === 'leader' ? String(standing.term) : undefined;
    if (this.#led !== undefined && leads !== this.#led) {
      const reason = standing.role === 'unknown' ? standing.reason : 'another term began';
      this.#emit({ type: 'leader:demoted', data: { node: this.#node, term: this.#led, reason } });
    }
    if (leads !== undefined && leads !== this.#led) {
      this.#emit({ type: 'leader:promoted', data: { node: this.#node, term: leads } });
    }
    this.#led = leads;
    // Not to know who leads for a moment is no news of another leader.
    if (leader === null || leader === this.#leader) return;
    this.#leader = leader;
    this.#emit({ type: 'leader:changed', data: { leader, term } });
  };
}
