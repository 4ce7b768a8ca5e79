import type { WatchPolicy } from './watch-policy.ts';

interface Group {
  readonly failures: Map<string, number>;
  heldUntil: number;
}

/** Sees when many members of one group fail together: restarting each does not help against a common cause. */
export class StormBrake {
  readonly #policy: WatchPolicy['storm'];
  readonly #groups = new Map<string, Group>();

  constructor(policy: WatchPolicy['storm']) {
    this.#policy = policy;
  }

  /** A member failed. Answers the failed members when this makes it a storm. */
  failed(group: string, member: string, size: number, now: number): readonly string[] | undefined {
    const state = this.#of(group);
    if (now >= state.heldUntil) this.#forget(state, now);
    state.failures.set(member, now);
    if (now < state.heldUntil) return undefined;
    const { share, least, hold } = this.#policy;
    if (state.failures.size < least || state.failures.size <= share * size) return undefined;
    state.heldUntil = now + hold;
    return [...state.failures.keys()];
  }

  /** Milliseconds for which nothing of the group may be restarted yet. */
  holds(group: string, now: number): number {
    return Math.max(0, this.#of(group).heldUntil - now);
  }

  /** Since when the failures of the storm that is on count; whatever failed then may be its cause. */
  beganToGather(group: string): number {
    const { hold, within } = this.#policy;
    return this.#of(group).heldUntil - hold - within;
  }

  /** The common cause was dealt with. */
  release(group: string): void {
    this.#groups.delete(group);
  }

  #of(group: string): Group {
    const known = this.#groups.get(group);
    if (known !== undefined) return known;
    const state: Group = { failures: new Map(), heldUntil: 0 };
    this.#groups.set(group, state);
    return state;
  }

  #forget({ failures }: Group, now: number): void {
    for (const [member, time] of failures) if (now - time >= this.#policy.within) failures.delete(member);
  }
}
