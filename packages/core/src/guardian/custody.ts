import type { Clock } from '../clock.ts';
import { isChaosError, messageOf } from '../errors.ts';
import { type FaultContext, has } from '../fault/injector.ts';
import type { Proof, RevertCause } from '../fault/life.ts';
import { lookSteadily } from '../fault/proof.ts';
import { answered, undoUntilProven } from '../fault/reversal.ts';
import type { JournalEntry } from '../journal/journal.ts';
import type { JournalNote } from '../journal/record.ts';
import type { Logger } from '../logger.ts';
import { seededRandom } from '../random.ts';
import { type RecoveredFault, type RecoveryRegistry, recovered } from './recovery-registry.ts';

export interface CustodyOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly registry: Pick<RecoveryRegistry, 'faults'>;
  /** Presence instance of this process; notes name it. */
  readonly by: string;
  /** Milliseconds. */
  readonly attempt: number;
  readonly revert: number;
}

export type Custody =
  | { readonly outcome: 'reverted' | 'gone' | 'spent'; readonly proof: Proof }
  | { readonly outcome: 'leaked'; readonly reason: string };

/** After a look that failed, before the fault is undone once more; ms. */
const FAILED_LOOK_PAUSE = 50;

function contextFor({ clock, log }: CustodyOptions, entry: JournalEntry): FaultContext {
  const { connection } = entry.record.target;
  return {
    signal: new AbortController().signal,
    clock,
    random: seededRandom(entry.id),
    log,
    ...(connection === undefined ? {} : { connection }),
  };
}

async function isPresent({ fault, undo }: RecoveredFault, context: FaultContext, limit: number): Promise<boolean> {
  return (await answered((bound) => fault.observe(undo, bound), context, limit)) === 'present';
}

/** A call of the dead engine may still land unless the fault was seen active: then it had returned. */
function mayStillLand(entry: JournalEntry): boolean {
  const last = entry.notes.at(-1)?.phase;
  return last === undefined || last === 'injecting' || last === 'reverting' || last === 'leaked';
}

/** Undoes entries of an engine that is dead or does not answer, from the record alone. */
export class Custodian {
  readonly #options: CustodyOptions;

  constructor(options: CustodyOptions) {
    this.#options = options;
  }

  /** Undoes and proves once. The entry must be claimed. Never throws. */
  async undo(entry: JournalEntry, cause: RevertCause): Promise<Custody> {
    const { attempt, revert, by } = this.#options;
    const context = contextFor(this.#options, entry);
    try {
      const known = recovered(entry.record, this.#options.registry.faults);
      if (has(known.fault, 'momentary') && !(await isPresent(known, context, attempt))) {
        const observation = 'absent';
        return { outcome: 'spent', proof: { observation, at: context.clock.now(), looks: 1 } };
      }
      await entry.note({ phase: 'reverting', by, cause });
      const undoable = { ...known, fingerprint: entry.record.fingerprint };
      return await undoUntilProven(undoable, { context, attempt, within: revert, onFailedAttempt: this.#warn(entry) });
    } catch (error) {
      return { outcome: 'leaked', reason: messageOf(error) };
    }
  }

  /**
   * Undoes an entry of a dead engine for good: until nothing of it can land any more. `deadSince` = when its engine was
   * known dead, monotonic ms of this process.
   */
  async undoForGood(entry: JournalEntry, cause: RevertCause, deadSince: number): Promise<Custody> {
    const { clock } = this.#options;
    // It lived in the engine's own process, and ended with it.
    if (entry.record.survives === 'engine') {
      return { outcome: 'gone', proof: { observation: 'gone', at: clock.now(), looks: 0 } };
    }
    const context = contextFor(this.#options, entry);
    for (;;) {
      const custody = await this.undo(entry, cause);
      if (custody.outcome === 'leaked' || custody.outcome === 'gone' || !mayStillLand(entry)) return custody;
      const until = deadSince + entry.record.settle;
      if (custody.proof.at >= until) return custody;
      if (await this.#staysAbsent(entry, context, Math.max(0, until - clock.now()))) return custody;
    }
  }

  /** Looks for `left` ms. A look that fails proves nothing, so it counts as no. */
  async #staysAbsent(entry: JournalEntry, context: FaultContext, left: number): Promise<boolean> {
    try {
      const { fault, undo } = recovered(entry.record, this.#options.registry.faults);
      const observe = () => answered((bound) => fault.observe(undo, bound), context, this.#options.attempt);
      return (await lookSteadily(observe, left, context)) !== undefined;
    } catch (error) {
      this.#warn(entry)(messageOf(error));
      await context.clock.sleep(Math.min(FAILED_LOOK_PAUSE, left));
      return false;
    }
  }

  /** Whether the effect is there (again). An unanswered look counts as yes. */
  async isBack(entry: JournalEntry): Promise<boolean> {
    try {
      const known = recovered(entry.record, this.#options.registry.faults);
      return await isPresent(known, contextFor(this.#options, entry), this.#options.attempt);
    } catch (error) {
      return !isChaosError(error, 'CHAOS_FAULT_UNKNOWN');
    }
  }

  #warn(entry: JournalEntry): (reason: string) => void {
    return (reason) =>
      this.#options.log.warn({ fault: entry.id, type: entry.record.type, reason }, 'undo attempt failed');
  }
}

/** The last line of an entry. */
export function outcomeNote(custody: Custody, by: string, cause: RevertCause): JournalNote {
  if (custody.outcome === 'leaked') return { phase: 'leaked', by, cause, reason: custody.reason };
  const { observation, at, looks } = custody.proof;
  return { phase: custody.outcome, by, cause, proof: { observation, at, looks } };
}
