import type { Clock } from '../clock.ts';
import type { GroupStanding, ProbeHealth, World } from '../guard/guard.ts';
import type { LatchState } from '../guard/latch-state.ts';
import type { Logger } from '../logger.ts';
import type { Registry } from '../registry.ts';
import { sameTarget, type Target } from '../target/target.ts';
import { isProtective } from '../target/target-source.ts';
import type { LiveFaults } from './live-faults.ts';

export interface WorldOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly registry: Registry;
  readonly live: Pick<LiveFaults, 'active' | 'recent'>;
  readonly latch: () => LatchState;
}

export interface WorldView {
  readonly purpose: World['purpose'];
  readonly signal: AbortSignal;
  readonly health: () => Promise<readonly ProbeHealth[]>;
}

function inGroupOf(member: Target, target: Target): boolean {
  return (
    sameTarget(member, target) ||
    (target.group !== undefined && member.kind === target.kind && member.group === target.group)
  );
}

/** What the guards of this engine may look at, as it is at the time of each look. */
export function worldOf({ clock, log, registry, live, latch }: WorldOptions, view: WorldView): World {
  const { purpose, signal, health } = view;
  const context = { signal, clock, log };
  return {
    purpose,
    clock,
    signal,
    get active() {
      return live.active;
    },
    get recent() {
      return live.recent;
    },
    get latch() {
      return latch();
    },
    async group(target): Promise<GroupStanding> {
      const members = await registry.source(target.kind).group(target, context);
      const underFault = live.active.map((fault) => fault.target).filter((member) => inGroupOf(member, target));
      return { members, underFault };
    },
    async protects(target) {
      const source = registry.source(target.kind);
      return isProtective(source) ? await source.protects(target, context) : undefined;
    },
    health,
  };
}
