import type { PlanHost } from '../plan/plan-host.ts';
import type { EngineParts } from './engine-parts.ts';
import { type WorldOptions, worldOf } from './world.ts';

/** What a dry run looks at: this engine's plugins, guards and live faults. */
export function planHostOf(parts: EngineParts, live: WorldOptions['live'], signal: AbortSignal): PlanHost {
  const { registry, guards, clock, log, redactor, latch, safety, checked, environment } = parts;
  const view = { purpose: 'plan' as const, signal, health: async () => [] };
  const world = worldOf({ clock, log, registry, live, latch: () => latch.state }, view);
  const { lease } = checked;
  return {
    registry,
    guards,
    world,
    clock,
    log,
    redactor,
    variables: process.env,
    lease,
    maxHold: safety.maxHold,
    environment,
  };
}
