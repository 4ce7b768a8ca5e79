import type { FederationEmit } from './federation-events.ts';

/** Whether this replica reaches the shared state. `since` = wall clock, RFC 3339. */
export type FederationHealth =
  | { readonly state: 'ok' }
  | { readonly state: 'degraded'; readonly reason: string; readonly since: string };

/** Gathers what each duty of the federation met last, and says when all of it changes between well and ill. */
export class HealthBoard {
  readonly #node: string;
  readonly #emit: FederationEmit;
  readonly #wall: () => number;
  readonly #complaints = new Map<string, string>();
  #health: FederationHealth = { state: 'ok' };

  constructor(node: string, emit: FederationEmit, wall: () => number) {
    this.#node = node;
    this.#emit = emit;
    this.#wall = wall;
  }

  get health(): FederationHealth {
    return this.#health;
  }

  well(duty: string): void {
    if (!this.#complaints.delete(duty) || this.#complaints.size > 0) return;
    this.#health = { state: 'ok' };
    this.#emit({ type: 'federation:restored', data: { node: this.#node } });
  }

  ill(duty: string, trouble: string): void {
    const wasWell = this.#complaints.size === 0;
    this.#complaints.set(duty, trouble);
    if (!wasWell) return;
    const reason = `${duty}: ${trouble}`;
    this.#health = { state: 'degraded', reason, since: new Date(this.#wall()).toISOString() };
    this.#emit({ type: 'federation:degraded', data: { reason } });
  }
}
