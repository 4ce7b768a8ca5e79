import {
  ChaosError,
  type Clock,
  type DurationInput,
  type Ledger,
  type LedgerEntry,
  type LedgerReceipt,
  type Logger,
  messageOf,
  milliseconds,
  silentLogger,
  systemClock,
} from '@bridge/chaos-core';
import { LEDGER_EVENT } from '../entry/ledger-events.ts';
import type { ChaosLedger } from '../ledger/chaos-ledger.ts';
import { SourceHeads } from './source-heads.ts';
import { isHopeless, Spill } from './spill.ts';

export interface EngineLedgerOptions {
  /** Opens the ledger; called again after a failure. */
  readonly open: () => Promise<ChaosLedger>;
  /** Types that must be durable before something is broken. Default `['fault:intended']`. */
  readonly intents?: readonly string[];
  /** When an intent cannot be recorded: `refuse` it, so that nothing is injected (default), or let it wait like the rest. */
  readonly onUnrecordedIntent?: 'refuse' | 'wait';
  readonly spill?: {
    /** Most entries that wait in memory. Default 10,000. */
    readonly entries?: number;
    /** Waiting entries are kept here too, mode 0600, and appended by the next process. Put it on another disk. */
    readonly file?: string;
  };
  /** How often an entry says that its sources are alive and how far they have counted. Default a minute; `0` never. */
  readonly heartbeat?: DurationInput;
  readonly clock?: Clock;
  readonly log?: Logger;
}

const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 30_000;

/**
 * Keeps an engine and its ledger from harming each other. An intent is durable or refused. Everything else never waits for
 * a broken ledger: it is set aside, the ledger is opened again, and the entries are appended in order, marked `late`.
 */
export async function engineLedger(options: EngineLedgerOptions): Promise<EngineLedger> {
  const ledger = new EngineLedger(await options.open(), options);
  await ledger.appendLeft();
  return ledger;
}

export class EngineLedger implements Ledger {
  readonly #options: EngineLedgerOptions;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #intents: ReadonlySet<string>;
  readonly #spill: Spill;
  readonly #sources = new SourceHeads();
  readonly #closing = new AbortController();
  #ledger: ChaosLedger;
  /** Runs while the ledger does not work. */
  #repair: Promise<void> | undefined;
  #heartbeat: Disposable | undefined;

  constructor(ledger: ChaosLedger, options: EngineLedgerOptions) {
    this.#ledger = ledger;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#log = options.log ?? silentLogger;
    this.#intents = new Set(options.intents ?? ['fault:intended']);
    this.#spill = new Spill(options.spill?.entries ?? 10_000, options.spill?.file);
    this.#armHeartbeat(milliseconds(options.heartbeat ?? '1m'));
  }

  /** The ledger underneath, for queries and proofs. Another one after a repair. */
  get ledger(): ChaosLedger {
    return this.#ledger;
  }

  /** Entries that wait for the ledger to work again. */
  get waiting(): number {
    return this.#spill.size;
  }

  /** Resolves when durable. An intent rejects with `CHAOS_LEDGER_FAILED` when it cannot be; others wait for the repair. */
  append(entry: LedgerEntry): Promise<LedgerReceipt> {
    this.#sources.seen(entry.source);
    return this.#mustBeDurable(entry) ? this.#appendIntent(entry) : this.#appendOrWait(entry);
  }

  #mustBeDurable({ type }: LedgerEntry): boolean {
    return this.#intents.has(type) && (this.#options.onUnrecordedIntent ?? 'refuse') === 'refuse';
  }

  async #appendIntent(entry: LedgerEntry): Promise<LedgerReceipt> {
    if (this.#repair !== undefined) throw notRecorded(entry, 'the ledger is being opened again');
    try {
      return await this.#ledger.append(entry);
    } catch (cause) {
      if (!isHopeless(cause)) this.#startRepair(cause);
      throw notRecorded(entry, messageOf(cause), cause);
    }
  }

  async #appendOrWait(entry: LedgerEntry): Promise<LedgerReceipt> {
    if (this.#repair !== undefined) return this.#spill.add(entry);
    try {
      return await this.#ledger.append(entry);
    } catch (error) {
      if (isHopeless(error) || this.#closing.signal.aborted) throw error;
      const late = this.#spill.add(entry);
      this.#startRepair(error);
      return late;
    }
  }

  #startRepair(cause: unknown): void {
    if (this.#repair !== undefined || this.#closing.signal.aborted) return;
    this.#log.error(
      { reason: messageOf(cause) },
      'the chaos ledger failed; entries wait in memory until it works again',
    );
    this.#repair = this.#repairAndDrain();
  }

  /** Opens the ledger and appends what waits, again and again until both work or the adapter is closed. */
  async #repairAndDrain(): Promise<void> {
    for (let pause = FIRST_PAUSE; !this.#closing.signal.aborted; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
      try {
        await this.#closeBroken();
        this.#ledger = await this.#options.open();
        while (this.#spill.size > 0) await this.#drain();
        this.#log.info({ size: this.#spill.size }, 'the chaos ledger works again');
        break;
      } catch (error) {
        this.#log.warn({ reason: messageOf(error), waiting: this.#spill.size }, 'the chaos ledger still fails');
        await this.#pause(pause);
      }
    }
    // In the same step as the last look at what waits: an entry that came in between would never be drained.
    this.#repair = undefined;
  }

  async #pause(pause: number): Promise<void> {
    try {
      await this.#clock.sleep(pause, { signal: this.#closing.signal, ref: false });
    } catch {
      // Closed meanwhile: the loop's condition ends it.
    }
  }

  async #closeBroken(): Promise<void> {
    try {
      await this.#ledger.close();
    } catch (error) {
      this.#log.debug({ reason: messageOf(error) }, 'closing the failed ledger failed too');
    }
  }

  async #drain(): Promise<void> {
    for (let next = this.#spill.next; next !== undefined; next = this.#spill.next) {
      try {
        next.resolve(await this.#ledger.append(next.entry, { late: true }));
      } catch (error) {
        if (!isHopeless(error)) throw error;
        next.reject(error);
      }
      await this.#spill.shift();
    }
  }

  /** Appends what an earlier process had set aside. When that fails, everything is closed. */
  async appendLeft(): Promise<void> {
    try {
      const { entries, unreadable } = await this.#spill.left();
      for (const entry of entries) await this.#ledger.append(entry, { late: true });
      if (unreadable > 0) {
        const file = this.#options.spill?.file;
        this.#log.error({ file, unreadable }, 'entries that waited for the chaos ledger were cut off and are lost');
      }
      if (entries.length + unreadable > 0) await this.#spill.shift();
    } catch (error) {
      this.#end();
      await this.#closeBroken();
      throw error;
    }
  }

  #armHeartbeat(every: number): void {
    if (every === 0) return;
    this.#heartbeat = this.#clock.timer(
      every,
      () => {
        this.#beat(LEDGER_EVENT.heartbeat).catch((error) => this.#startRepair(error));
        this.#armHeartbeat(every);
      },
      { ref: false },
    );
  }

  /** The clock's two readings let an auditor see a wall clock that was set. */
  async #beat(type: string): Promise<void> {
    if (this.#repair !== undefined) return;
    const clock = { wall: this.#clock.wall(), monotonic: this.#clock.now() };
    await this.#ledger.record(type, { sources: this.#sources.list(), clock, waiting: this.#spill.size });
  }

  /**
   * Says in a last entry how far the sources have counted, and closes. Throws `CHAOS_LEDGER_FAILED` when entries still
   * wait; they are in the spill file if one was given.
   */
  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#end();
    await this.#repair;
    await this.#spill.written();
    if (this.#spill.size > 0) {
      const lost = new ChaosError(
        'CHAOS_LEDGER_FAILED',
        `the ledger was closed while ${this.#spill.size} entries waited for it to work again`,
      );
      this.#spill.abandon(lost);
      await this.#closeBroken();
      throw lost;
    }
    await this.#beat(LEDGER_EVENT.sourceClosed);
    await this.#ledger.close();
  }

  #end(): void {
    this.#heartbeat?.[Symbol.dispose]();
    this.#closing.abort(new ChaosError('CHAOS_LEDGER_CLOSED', 'the ledger was closed'));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

function notRecorded({ id, type }: LedgerEntry, reason: string, cause?: unknown): ChaosError {
  return new ChaosError(
    'CHAOS_LEDGER_FAILED',
    `expected ${type} ${id} to be durable before anything is injected: ${reason}`,
    { cause },
  );
}
