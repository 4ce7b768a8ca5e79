import type { EngineParts } from './engine-parts.ts';
import type { OpenEngine } from './open-engine.ts';

/** Why nothing can be injected now, whatever it is. Undefined when the guards have the word. */
export function hindrance({ armed, latch }: EngineParts, open: OpenEngine | undefined): string | undefined {
  if (!armed) return 'the engine is not armed; say `armed: true` or set CHAOS_ENABLED=true';
  if (latch.state.engaged) return `the emergency stop is engaged: ${latch.state.reason}`;
  if (open === undefined) return 'the engine is closed';
  return open.session.isStale ? 'the guardian took over; the engine must be started again' : undefined;
}
