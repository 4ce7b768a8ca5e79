import type { Clock } from '../clock.ts';
import type { Emit } from '../event/chaos-events.ts';
import type { Journal, JournalEntry } from '../journal/journal.ts';
import type { JsonObject } from '../json.ts';
import type { Logger } from '../logger.ts';
import type { AnyFault, ChaosPlugin } from '../plugin.ts';
import type { Random } from '../random.ts';
import type { Target } from '../target/target.ts';
import type { TargetSource } from '../target/target-source.ts';
import type { LiveFault } from './live-fault.ts';

/** Upper bounds in milliseconds. */
export interface FaultLimits {
  /** prepare() and inject() each. */
  readonly act: number;
  /** From the end of inject() to the first look that shows the effect. */
  readonly effect: number;
  /** One attempt to revert and prove. */
  readonly attempt: number;
  /** All attempts together until the fault counts as leaked. It is retried after that too. */
  readonly revert: number;
}

/** Everything that is decided about an injection before it starts. */
export interface Injection {
  readonly fault: AnyFault;
  readonly plugin: ChaosPlugin;
  readonly source: TargetSource;
  readonly target: Target;
  /** Output of the fault's own schema. */
  readonly params: unknown;
  /** As written, redacted; for events. */
  readonly shown: JsonObject;
  /** Milliseconds until the engine reverts it by itself. */
  readonly hold: number;
  readonly random: Random;
  readonly signal: AbortSignal;
  readonly runId?: string | undefined;
  readonly actor?: string | undefined;
}

/** What a fault needs of the engine that carries it. */
export interface FaultHost {
  readonly clock: Clock;
  readonly log: Logger;
  readonly emit: Emit;
  readonly journal: Journal;
  readonly limits: FaultLimits;
  readonly instance: string;
  /** Heartbeat lease in milliseconds. */
  readonly lease: number;
  /** Refuses (throws) when another live fault touches the same thing; otherwise the fault is live from now on. */
  admit(live: LiveFault, touches: readonly string[]): void;
  /** The fault holds nothing any more. */
  dismiss(live: LiveFault): void;
  /** The fault leaked: try again later, until it is clean. */
  retry(live: LiveFault): void;
  /** Announces a stall of the event loop; see {@link FaultContext.extendLease}. */
  extendLease(milliseconds: number): Promise<void>;
  /** Resolves when a guardian that can revert this fault stands by; throws `CHAOS_GUARDIAN_…` otherwise. */
  guarded(injection: Injection): Promise<void>;
  /** Emits the intent and, with a ledger, waits until it is recorded. Throws `CHAOS_LEDGER_FAILED`. */
  recordIntent(live: LiveFault, injection: Injection): Promise<void>;
  /**
   * Throws `CHAOS_ENGINE_STALE` when the guardian took over since the engine started, after telling the guardian so;
   * throws `CHAOS_EMERGENCY_STOPPED` when the latch is engaged. Synchronous up to its throw.
   */
  assertFresh(entry: JournalEntry): void;
  /** True when undo text holds a secret of a running experiment. */
  holdsSecret(text: string): boolean;
}
