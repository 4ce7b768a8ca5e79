import { ChaosError, type Clock, type Random } from '@bridge/chaos-core';
import { drawn } from '../delay.ts';
import { requestContext } from '../request/request-context.ts';
import type { Rule } from '../request/rule.ts';
import { SentinelReply } from '../sentinel.ts';
import { drawAction, type FailpointAction, type FailpointActions } from './action.ts';

/** Facts of one hit, for `where`: small and plain. */
export type HitFacts = Readonly<Record<string, string | number | boolean>>;

export interface ArmingOptions {
  readonly id: string;
  readonly rule: Rule;
  /** Facts that must be equal for a hit to count as eligible. */
  readonly where: HitFacts;
  readonly actions: FailpointActions;
  readonly clock: Clock;
  readonly random: Random;
}

/** One fault on a failpoint: decides about each hit and carries it out. */
export class Arming {
  readonly #options: ArmingOptions;
  readonly #over = new AbortController();

  constructor(options: ArmingOptions) {
    this.#options = options;
  }

  /** What this hit is to suffer, or undefined. Counts it. Throws the reply when it is this fault's sentinel. */
  decide(facts: HitFacts): FailpointAction | undefined {
    const { id, rule, where, actions, random } = this.#options;
    if (requestContext.getStore()?.sentinel === id) throw new SentinelReply(id);
    if (!rule.covers()) return undefined;
    if (Object.entries(where).some(([name, value]) => facts[name] !== value)) return undefined;
    return rule.draws() ? drawAction(actions, random) : undefined;
  }

  async wait(action: Extract<FailpointAction, { kind: 'delay' | 'pause' }>): Promise<void> {
    const { clock, random } = this.#options;
    const { signal } = this.#over;
    if (signal.aborted) return;
    // What waits goes on at once when the fault ends.
    const end = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    if (action.kind === 'pause') return await end;
    await Promise.race([end, clock.sleep(drawn(action, random), { signal }).catch(() => undefined)]);
  }

  block(action: Extract<FailpointAction, { kind: 'delay' | 'pause' }>): void {
    if (action.kind === 'delay') {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, drawn(action, this.#options.random));
      return;
    }
    throw new ChaosError(
      'CHAOS_FAULT_IMPOSSIBLE',
      'a failpoint that is hit synchronously cannot pause: nothing could end it. Use delay, or hit() with await.',
    );
  }

  end(): void {
    this.#over.abort();
  }
}
