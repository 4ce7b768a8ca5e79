import type { Clock } from '../clock.ts';
import { ChaosError, messageOf } from '../errors.ts';
import type { Emit } from '../event/chaos-events.ts';
import type { EventHub } from '../event/event-hub.ts';
import type { FaultHost, FaultLimits, Injection } from '../fault/fault-host.ts';
import type { LiveFault } from '../fault/live-fault.ts';
import type { LatchState } from '../guard/latch-state.ts';
import { fileJournal } from '../journal/file-journal.ts';
import type { Journal, JournalEntry } from '../journal/journal.ts';
import { type SharedJournal, withSharedJournal } from '../journal/shared-journal.ts';
import type { Logger } from '../logger.ts';
import type { Redactor } from '../redaction/redactor.ts';
import type { Registry } from '../registry.ts';
import type { Violation } from '../run/stop-condition.ts';
import { firstEpoch, readEpoch } from '../state/epoch.ts';
import { announce, lockFolder, type Presence, sweepPresences } from '../state/presence.ts';
import { prepareStateFolder, type StateFolder } from '../state/state-folder.ts';
import { engineClosed } from './engine-closed.ts';
import { type GuardianChoice, Guardianship } from './guardianship.ts';
import { HostWatch, type HostWatchOptions } from './host-watch.ts';
import { InjectionMemory } from './injection-memory.ts';
import { LeaseKeeper } from './lease-keeper.ts';
import type { LedgerWriter } from './ledger-writer.ts';
import { LiveFaults } from './live-faults.ts';
import { reconcileOrphans } from './orphans.ts';
import { ProcessSignals } from './process-signals.ts';

export interface SessionOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly hub: EventHub;
  readonly redactor: Redactor;
  readonly registry: Registry;
  readonly folder: StateFolder;
  readonly limits: FaultLimits;
  /** Milliseconds. */
  readonly lease: number;
  readonly guardian: GuardianChoice;
  readonly armed: boolean;
  readonly signals: boolean;
  readonly journal: Journal | undefined;
  readonly sharedJournal: SharedJournal | undefined;
  readonly ledger: { readonly writer: LedgerWriter; readonly required: boolean } | undefined;
  readonly latch: () => LatchState;
  /** What ends faults outside of runs. */
  readonly hostLimits: Pick<HostWatchOptions, 'usage' | 'stopWhen' | 'checkInterval'>;
  /** How far back injections are remembered, ms. */
  readonly remember: number;
  /** Every run must end: nothing may be injected any more by what is under way. */
  readonly onInterrupted: (code: 'stale' | 'signal' | 'guardian-lost') => void;
}

/** What is there once the folder is taken. */
interface Opened {
  readonly presence: Presence;
  readonly journal: Journal;
  readonly epoch: number;
  readonly orphans: number;
  readonly memory: InjectionMemory;
}

/**
 * What an engine owns from start() to close(): the state folder, its presence in it, the journal, the guardian and the
 * live faults.
 */
export class Session implements FaultHost {
  readonly live: LiveFaults;
  readonly orphans: number;
  readonly #options: SessionOptions;
  readonly #presence: Presence;
  readonly #journal: Journal;
  readonly #guardianship: Guardianship;
  readonly #leases: LeaseKeeper;
  readonly #signals: ProcessSignals;
  readonly #hostWatch: HostWatch;
  #epoch: number;
  #closed = false;
  #stale: Promise<void> | undefined;

  private constructor(options: SessionOptions, { presence, journal, epoch, orphans, memory }: Opened) {
    this.#options = options;
    this.#presence = presence;
    this.#journal = journal;
    this.#epoch = epoch;
    this.orphans = orphans;
    this.live = new LiveFaults({
      clock: options.clock,
      memory,
      onOccupied: (occupied) => this.#occupied(occupied),
    });
    this.#leases = new LeaseKeeper({
      clock: options.clock,
      lease: options.lease,
      log: options.log,
      live: () => this.live.all,
    });
    this.#signals = new ProcessSignals({ log: options.log, revertAll: () => this.#interrupt('signal') });
    this.#guardianship = this.#guard();
    this.#hostWatch = new HostWatch({
      ...options.hostLimits,
      clock: options.clock,
      onViolation: (violation) => this.#hostStrained(violation),
    });
  }

  /** Takes the state folder, deals with what former lives left, arms the guardian. Leaves nothing behind on failure. */
  static async open(options: SessionOptions): Promise<Session> {
    const { folder, clock, log, registry, limits, hub } = options;
    await prepareStateFolder(folder);
    const presence = await announce(folder, 'engine');
    try {
      await lockFolder(folder, presence);
      await sweepPresences(folder);
      const { instance } = presence.card;
      const epoch = await firstEpoch(folder, instance);
      const { sharedJournal: shared } = options;
      const own = options.journal ?? fileJournal(folder, instance);
      const journal = shared === undefined ? own : withSharedJournal(own, shared);
      const { attempt, revert } = limits;
      const { faults } = registry;
      const orphans = await reconcileOrphans({
        folder,
        journal,
        faults,
        clock,
        emit: hub.emit,
        log,
        instance,
        attempt,
        revert,
        onSettled: (id) => shared?.settled(id),
      });
      const memory = await InjectionMemory.open(folder.path, options);
      const session = new Session(options, { presence, journal, epoch, orphans, memory });
      if (options.armed && registry.faults.size > 0) await session.#guardianship.stand();
      return session;
    } catch (error) {
      await presence[Symbol.asyncDispose]();
      throw error;
    }
  }

  get instance(): string {
    return this.#presence.card.instance;
  }

  get clock(): Clock {
    return this.#options.clock;
  }

  get log(): Logger {
    return this.#options.log;
  }

  get limits(): FaultLimits {
    return this.#options.limits;
  }

  get lease(): number {
    return this.#options.lease;
  }

  get journal(): Journal {
    return this.#journal;
  }

  get guardian(): Pick<Guardianship, 'pid' | 'state'> {
    return this.#guardianship;
  }

  get isStale(): boolean {
    return this.#stale !== undefined;
  }

  readonly emit: Emit = (type, data, runId) => this.#options.hub.emit(type, data, runId);

  admit(live: LiveFault, touches: readonly string[]): void {
    if (this.#closed) throw engineClosed();
    if (this.#stale !== undefined) throw staleError();
    this.live.admit(live, touches);
  }

  dismiss(live: LiveFault): void {
    this.live.dismiss(live);
  }

  retry(live: LiveFault): void {
    this.live.retry(live);
  }

  async guarded(injection: Injection): Promise<void> {
    await this.#guardianship.guarded(injection);
  }

  async extendLease(milliseconds: number): Promise<void> {
    await this.#guardianship.extendLease(milliseconds);
  }

  async recordIntent(live: LiveFault, injection: Injection): Promise<void> {
    const data = { fault: live.reference, params: injection.shown, lease: this.lease };
    const event = this.#options.hub.emit('fault:intended', data, injection.runId);
    const { ledger } = this.#options;
    if (ledger === undefined) return;
    try {
      await ledger.writer.commit(event);
    } catch (error) {
      if (ledger.required) throw error;
      this.log.error(
        { fault: live.id, reason: messageOf(error) },
        'the intent is not in the ledger; going on as onLedgerFailure says',
      );
    }
  }

  assertFresh(entry: JournalEntry): void {
    if (this.#epochNow() !== this.#epoch || !entry.isUnclaimed()) {
      this.becomeStale();
      throw staleError();
    }
    const latch = this.#options.latch();
    if (latch.engaged)
      throw new ChaosError('CHAOS_EMERGENCY_STOPPED', `the emergency stop was engaged: ${latch.reason}`);
  }

  holdsSecret(text: string): boolean {
    return this.#options.redactor.text(text) !== text;
  }

  /**
   * The guardian acted while we were stalled: tell it, end every run, revert all, and take no more work. It may act
   * again while we stand down, and keeps what it took until it is told.
   */
  becomeStale(): void {
    if (this.#stale === undefined) this.#stale = this.#standDown();
    else this.#guardianship.acknowledge(this.#epochNow());
  }

  /** Takes work again after a stall, once everything of before is reverted. */
  async refresh(): Promise<void> {
    await this.#stale;
    this.#epoch = this.#epochNow();
    this.#stale = undefined;
  }

  /** Ends every fault and hands the state folder back. Resolves with what could not be proven undone. */
  async close(): Promise<{ readonly ended: number; readonly leaked: readonly LiveFault[] }> {
    this.#closed = true;
    const result = await this.live.endAll('engine-close');
    this.live[Symbol.dispose]();
    this.#leases.stop();
    this.#hostWatch.stop();
    this.#signals.listen(false);
    await this.#guardianship.close();
    await this.#options.ledger?.writer.flush();
    await this.#presence[Symbol.asyncDispose]();
    return result;
  }

  async #standDown(): Promise<void> {
    const epoch = this.#epochNow();
    this.emit('engine:stale', { epoch });
    this.#guardianship.acknowledge(epoch);
    await this.#interrupt('stale');
  }

  async #interrupt(code: 'stale' | 'signal' | 'guardian-lost'): Promise<void> {
    this.#options.onInterrupted(code);
    await this.live.endAll(code);
  }

  #epochNow(): number {
    return readEpoch(this.#options.folder, this.instance);
  }

  #occupied(occupied: boolean): void {
    if (this.#options.signals) this.#signals.listen(occupied);
    this.#guardianship.occupied(occupied);
    for (const keeper of [this.#leases, this.#hostWatch]) {
      if (occupied) keeper.start();
      else keeper.stop();
    }
  }

  /** Runs look at the limits themselves. */
  #hostStrained({ sentence, numbers }: Violation): void {
    const isBare = ({ injection, state }: LiveFault): boolean =>
      injection.runId === undefined && state.phase !== 'reverting' && state.phase !== 'leaked';
    const faults = this.live.all.filter(isBare).map(({ id }) => id);
    if (faults.length === 0) return;
    this.emit('safety:exceeded', { sentence, numbers, faults });
    void this.live.endAll('host-limit', isBare);
  }

  #guard(): Guardianship {
    const { guardian, registry, lease, limits, hub, log, folder } = this.#options;
    return new Guardianship({
      choice: guardian,
      plugins: registry.plugins,
      terms: { state: folder.path, engine: this.instance, lease, attempt: limits.attempt, revert: limits.revert },
      emit: hub.emit,
      log,
      live: () => this.live.size,
      onLapsed: () => this.becomeStale(),
      onAbandoned: () => void this.#interrupt('guardian-lost'),
    });
  }
}

function staleError(): ChaosError {
  return new ChaosError(
    'CHAOS_ENGINE_STALE',
    'the event loop was stalled for longer than the lease and the guardian has reverted everything. Call start() to go on.',
  );
}
