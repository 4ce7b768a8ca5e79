import { messageOf } from '../errors.ts';
import type { JournalEntry } from '../journal/journal.ts';
import { untilClaimed } from '../journal/until-claimed.ts';
import { type FaultContext, has } from './injector.ts';
import type { FaultState, Proof, RevertCause, SettledState } from './life.ts';
import type { LiveFault, Recorded } from './live-fault.ts';
import { lookSteadily } from './proof.ts';
import { answered, limited, type Reversal, undoUntilProven } from './reversal.ts';

const REMEDY = 'It is retried until clean. Look at the target, put it right by hand if it stays, then revert() again.';

/**
 * Waits for the right to undo. `gone`: another undoer settled the entry meanwhile. A disk that refuses the claim (it was
 * remounted read-only) does not keep the undo from running: at worst two undo at once, which is safe, if not tidy.
 */
function claimed(entry: JournalEntry, live: LiveFault): Promise<'mine' | 'gone'> {
  const unclaimable = (error: unknown): 'mine' => {
    live.host.log.warn({ fault: live.id, reason: messageOf(error) }, 'undoing without a claim');
    return 'mine';
  };
  return untilClaimed(() => entry.claim().catch(unclaimable), live.host.clock);
}

/**
 * While the injector's own call is still out, or after it failed, its effect may land after any look.
 * Resolves with whether it did and must be undone again.
 */
async function lateEffect(live: LiveFault, recorded: Recorded, context: FaultContext): Promise<boolean> {
  const { clock, limits, log } = live.host;
  if (live.inFlight !== undefined) await Promise.race([live.inFlight, clock.sleep(live.settle)]);
  const observe = () =>
    answered((bound) => live.injection.fault.observe(recorded.undo, bound), context, limits.attempt);
  try {
    return (await lookSteadily(observe, live.landsFor, { clock, signal: context.signal })) === undefined;
  } catch (error) {
    // A look that fails proves nothing: undone once more.
    log.warn({ fault: live.id, type: live.type, reason: messageOf(error) }, 'undo attempt failed');
    return true;
  }
}

async function reversal(live: LiveFault, recorded: Recorded): Promise<Reversal> {
  const { limits, log } = live.host;
  const { fault } = live.injection;
  const context = live.context(new AbortController().signal);
  const undoable = { fault, undo: recorded.undo, fingerprint: recorded.fingerprint };
  for (;;) {
    // Asked beforehand: a call that ends while its undo is being proven may have landed after the last look.
    const { mayLand } = live;
    const result = await undoUntilProven(undoable, {
      context,
      attempt: limits.attempt,
      within: limits.revert,
      onFailedAttempt: (reason) => log.warn({ fault: live.id, type: live.type, reason }, 'undo attempt failed'),
    });
    if (result.outcome !== 'reverted' || !mayLand || !(await lateEffect(live, recorded, context))) return result;
  }
}

async function countBeforeUndo(live: LiveFault, recorded: Recorded): Promise<void> {
  const { fault } = live.injection;
  if (!has(fault, 'counters') || live.state.phase !== 'active') return;
  using bound = limited(live.context(new AbortController().signal), 1_000);
  try {
    live.learn({ counters: await fault.counters(recorded.undo, bound.context) });
  } catch (error) {
    live.host.log.warn({ fault: live.id, reason: messageOf(error) }, 'counters could not be read');
  }
}

async function leaked(live: LiveFault, cause: RevertCause, reason: string): Promise<FaultState> {
  const state: FaultState = { phase: 'leaked', cause, reason };
  await live.become(state);
  live.emit('fault:leaked', { fault: live.reference, reason, remedy: REMEDY });
  live.host.retry(live);
  live.conclude();
  return state;
}

/** Closes the record. A guardian that took it meanwhile, because we were stalled again, hands it back first. */
async function settled(entry: JournalEntry, live: LiveFault, state: SettledState): Promise<void> {
  await claimed(entry, live);
  await entry.settle(live.noteOf(state));
}

async function finish(
  live: LiveFault,
  cause: RevertCause,
  result: Extract<Reversal, { proof: Proof }>,
  took: number,
): Promise<FaultState> {
  const state: SettledState = { phase: result.outcome, cause, reversal: result.proof };
  if (live.recorded !== undefined) await settled(live.recorded.entry, live, state);
  await live.become(state, { removedAt: result.proof.at, reversal: result.proof });
  live.host.dismiss(live);
  const { reference } = live;
  if (result.outcome === 'gone') live.emit('fault:gone', { fault: reference, cause, proof: result.proof });
  else live.emit('fault:reverted', { fault: reference, cause, proof: result.proof, took, by: 'engine' });
  live.conclude();
  return state;
}

/** Undoes a fault, proves it, goes on past failures. Resolves with the state reached. */
export async function undo(live: LiveFault, cause: RevertCause): Promise<FaultState> {
  await live.intention;
  const { recorded, host } = live;
  // Nothing was written down, so nothing was touched.
  if (recorded === undefined) return live.state;
  const began = host.clock.now();
  await countBeforeUndo(live, recorded);
  live.emit('fault:reverting', { fault: live.reference, cause });
  await live.become({ phase: 'reverting', cause }, { revertingAt: live.facts.revertingAt ?? began });
  try {
    await claimed(recorded.entry, live);
    const result = await reversal(live, recorded);
    if (result.outcome === 'leaked') return await leaked(live, cause, result.reason);
    return await finish(live, cause, result, host.clock.now() - began);
  } catch (error) {
    return await leaked(live, cause, messageOf(error));
  }
}

/** Puts back what a momentary fault ended, unless somebody else did. */
export async function restoreFound(live: LiveFault, effect: Proof): Promise<FaultState> {
  const { recorded, host } = live;
  if (recorded === undefined) return live.state;
  const began = host.clock.now();
  try {
    await claimed(recorded.entry, live);
    const missing = (await live.observe()) === 'present';
    const result = missing ? await reversal(live, recorded) : undefined;
    if (result?.outcome === 'leaked') return await leaked(live, 'run-end', result.reason);
    const state: SettledState = { phase: 'spent', effect, restoredByEngine: missing };
    await settled(recorded.entry, live, state);
    live.recorded = undefined;
    await live.become(state, result === undefined ? {} : { reversal: result.proof });
    host.dismiss(live);
    if (result !== undefined) {
      const took = host.clock.now() - began;
      live.emit('fault:reverted', { fault: live.reference, cause: 'run-end', proof: result.proof, took, by: 'engine' });
    }
    return state;
  } catch (error) {
    return await leaked(live, 'run-end', messageOf(error));
  }
}
