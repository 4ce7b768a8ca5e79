import { milliseconds } from '../duration.ts';
import type { Emit, FaultReference } from '../event/chaos-events.ts';
import type { JournalEntry } from '../journal/journal.ts';
import type { JournalNote } from '../journal/record.ts';
import type { Json } from '../json.ts';
import { freshId } from '../random.ts';
import type { FaultFacts, HeldFault } from '../run/fault-port.ts';
import type { Target } from '../target/target.ts';
import type { FaultHost, Injection } from './fault-host.ts';
import { type FaultContext, has, type Observation } from './injector.ts';
import { type FaultState, isSettled, type RevertCause } from './life.ts';
import { answered } from './reversal.ts';
import { restoreFound, undo } from './undoing.ts';

/** One for all: while a fault is held nobody listens any more, and the cause is told by its events. */
const CANCELLED = new Error('cancelled: the fault is being undone');

/** What is known once the undo record is durable. */
export interface Recorded {
  readonly entry: JournalEntry;
  readonly undo: unknown;
  readonly fingerprint: Json | undefined;
}

/** A fault from the moment it is wanted until nothing of it is left. Only the engine makes them. */
export class LiveFault implements HeldFault {
  readonly id = freshId('fault');
  readonly momentary: boolean;
  readonly host: FaultHost;
  readonly injection: Injection;
  /** Set once the undo record is durable. */
  recorded: Recorded | undefined;
  /** Resolves once the undo record is durable or it is clear that there will be none. Never rejects. */
  intention: Promise<void> = Promise.resolve();
  /** The injector's own call, as long as it has not settled: its effect may still land. */
  inFlight: Promise<void> | undefined;
  readonly #signal: AbortSignal;
  #state: FaultState = { phase: 'planned' };
  #facts: FaultFacts = {
    requestedAt: null,
    acknowledgedAt: null,
    effectiveAt: null,
    revertingAt: null,
    removedAt: null,
    effect: null,
    reversal: null,
    counters: null,
  };
  #landsUntil = 0;
  #hold: Disposable | undefined;
  #undoing: Promise<FaultState> | undefined;
  readonly #cancelled = new AbortController();
  readonly #ended = Promise.withResolvers<FaultState>();

  constructor(host: FaultHost, injection: Injection) {
    this.host = host;
    this.injection = injection;
    this.#signal = AbortSignal.any([injection.signal, this.#cancelled.signal]);
    this.momentary = has(injection.fault, 'momentary');
  }

  get type(): string {
    return this.injection.fault.type;
  }

  get target(): Target {
    return this.injection.target;
  }

  get state(): FaultState {
    return this.#state;
  }

  /** Aborted when the fault must not come into effect any more. */
  get signal(): AbortSignal {
    return this.#signal;
  }

  get facts(): FaultFacts {
    return this.#facts;
  }

  get ended(): Promise<FaultState> {
    return this.#ended.promise;
  }

  /** Milliseconds a call of the injector may still land after its process was killed, or it failed. */
  get settle(): number {
    return milliseconds(this.injection.fault.settle);
  }

  /** The injector's call has ended: nothing of it can land any more. */
  landed(): void {
    this.inFlight = undefined;
  }

  /** The injector's call has failed: what it sent may land as if its process had been killed. */
  lost(): void {
    this.inFlight = undefined;
    this.#landsUntil = this.host.clock.now() + this.settle;
  }

  /** Whether the effect may show although it was not there at the last look. */
  get mayLand(): boolean {
    return this.inFlight !== undefined || this.landsFor > 0;
  }

  /** Milliseconds for which something of the injector's call may still land. */
  get landsFor(): number {
    return this.inFlight === undefined ? Math.max(0, this.#landsUntil - this.host.clock.now()) : this.settle;
  }

  get reference(): FaultReference {
    return { id: this.id, type: this.type, target: this.target };
  }

  /** Emits with the run this fault belongs to. */
  readonly emit: Emit = (type, data) => this.host.emit(type, data, this.injection.runId);

  /** Moves to the next phase and notes it beside the undo record. */
  async become(state: FaultState, facts: Partial<FaultFacts> = {}): Promise<void> {
    this.#state = state;
    this.#facts = { ...this.#facts, ...facts };
    if (isSettled(state) || state.phase === 'leaked') this.#hold?.[Symbol.dispose]();
    if (state.phase !== 'planned' && state.phase !== 'intended') await this.recorded?.entry.note(this.noteOf(state));
  }

  /** Tells whoever waits for the end; called after the event that says so, so that nobody hears of it late. */
  conclude(): void {
    this.#ended.resolve(this.#state);
  }

  learn(facts: Partial<FaultFacts>): void {
    this.#facts = { ...this.#facts, ...facts };
  }

  noteOf(state: Exclude<FaultState, { phase: 'planned' | 'intended' }>): JournalNote {
    const cause = 'cause' in state ? { cause: state.cause } : {};
    return { phase: state.phase, by: this.host.instance, ...cause };
  }

  /** The context of one verb. */
  context(signal: AbortSignal): FaultContext {
    const { random, target } = this.injection;
    const connection = target.connection === undefined ? {} : { connection: target.connection };
    const { clock, log } = this.host;
    const extendLease = (milliseconds: number): Promise<void> => this.host.extendLease(milliseconds);
    return { signal, clock, random, log, extendLease, ...connection };
  }

  /** From now on the engine reverts it by itself when its time is over. */
  hold(): void {
    this.#hold = this.host.clock.timer(this.injection.hold, () => void this.revert('hold-over'));
  }

  /** Looks at the world now. */
  async observe(): Promise<Observation> {
    if (this.recorded === undefined) return 'absent';
    const { undo } = this.recorded;
    const context = this.context(new AbortController().signal);
    return await answered((bound) => this.injection.fault.observe(undo, bound), context, this.host.limits.attempt);
  }

  revert(cause: RevertCause): Promise<FaultState> {
    if (isSettled(this.#state)) return Promise.resolve(this.#state);
    this.#cancelled.abort(CANCELLED);
    this.#undoing ??= undo(this, cause).finally(() => {
      this.#undoing = undefined;
    });
    return this.#undoing;
  }

  restore(): Promise<FaultState> {
    if (this.#state.phase !== 'spent' || this.recorded === undefined) return Promise.resolve(this.#state);
    this.#undoing ??= restoreFound(this, this.#state.effect).finally(() => {
      this.#undoing = undefined;
    });
    return this.#undoing;
  }

  /** Whatever it takes until nothing is left: restore for a spent fault, revert for any other. */
  end(cause: RevertCause): Promise<FaultState> {
    return this.#state.phase === 'spent' ? this.restore() : this.revert(cause);
  }
}
