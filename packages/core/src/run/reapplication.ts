import { messageOf } from '../errors.ts';
import type { FaultStep, Selector } from '../experiment/experiment.ts';
import type { FaultState } from '../fault/life.ts';
import type { Registry } from '../registry.ts';
import { findTargets } from '../target/resolve.ts';
import type { Target } from '../target/target.ts';
import type { TargetContext } from '../target/target-source.ts';

/** Milliseconds between looks for a target that is on its way back. */
const LOOK_EVERY = 200;

/** True when a fault ended because its target restarted under it, and the step wants it back. */
export function lostByRestart(state: FaultState, { onRestart = 'end' }: FaultStep): boolean {
  return onRestart === 'reapply' && 'cause' in state && state.cause === 'effect-lost';
}

export interface Search {
  /** That of the step, with templates resolved. */
  readonly selector: Selector;
  readonly registry: Pick<Registry, 'source' | 'query'>;
  /** When to give up, on the clock of the context. */
  readonly end: number;
  readonly context: TargetContext;
}

/**
 * Waits until what was lost is back: the same id or name on the same connection, started at another time. Undefined when
 * it is not back by the end. Rejects with the signal's reason.
 */
export async function nextIncarnation(
  lost: Target,
  { selector, registry, end, context }: Search,
): Promise<Target | undefined> {
  const source = registry.source(selector.kind);
  const query = registry.query(source, selector.query);
  const isNext = ({ id, name, startedAt, connection }: Target): boolean =>
    connection === lost.connection && (id === lost.id || name === lost.name) && startedAt !== lost.startedAt;
  const { clock, log, signal } = context;
  for (;;) {
    try {
      const next = (await findTargets(source, query, context)).find(isNext);
      if (next !== undefined) return next;
    } catch (error) {
      signal.throwIfAborted();
      // What restarts may take its source along, a Docker engine for example.
      log.warn({ target: lost.name, reason: messageOf(error) }, 'a target that restarts cannot be looked for');
    }
    if (clock.now() + LOOK_EVERY >= end) return undefined;
    await clock.sleep(LOOK_EVERY, { signal });
  }
}
