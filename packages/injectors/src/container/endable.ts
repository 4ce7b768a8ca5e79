import type { ContainerFacts } from './container-facts.ts';
import { requireNone } from './container-fault.ts';

/** Why a container must not or cannot be ended by a fault, or undefined. */
export function whyNotEndable(facts: ContainerFacts): { readonly reason: string; readonly remedy: string } | undefined {
  if (facts.status === 'stopped') return { reason: `container ${facts.name} is not running`, remedy: 'start it first' };
  if (!facts.autoRemove) return undefined;
  return {
    reason: `container ${facts.name} is removed when it ends (--rm) and could not be started again`,
    remedy: 'run it without --rm, or use container.restart or container.pause',
  };
}

export function requireAlive(facts: ContainerFacts): void {
  requireNone(whyNotEndable(facts), facts.name, 'ended');
}
