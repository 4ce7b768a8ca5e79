import type { Clock } from '../clock.ts';
import { messageOf } from '../errors.ts';
import { eachNewestFirst } from '../fault/by-target.ts';
import type { RevertCause } from '../fault/life.ts';
import type { Claim, Journal, JournalEntry, JournalListing } from '../journal/journal.ts';
import type { Logger } from '../logger.ts';
import { type Custodian, outcomeNote } from './custody.ts';

export interface TakeoverOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly journal: Journal;
  readonly custodian: Custodian;
  /** Presence instance of the engine whose faults these are. */
  readonly engine: string;
  /** Presence instance of this guardian. */
  readonly by: string;
  /** Makes the next epoch durable. */
  readonly raiseEpoch: () => Promise<number>;
  readonly onEpoch: (epoch: number) => void;
}

/** Between two looks at what a sleeping engine may still do, and before leaked faults are tried again; ms. */
const LOOK_AGAIN = 100;
const RETRY_AT_MOST = 30_000;
/** A guardian that cannot get a fault undone leaves it to the next start() this long after its engine died, ms. */
const GIVE_UP_AFTER = 3_600_000;

type Ending = 'engine-dead' | 'acknowledged';

/**
 * The guardian's work from the moment its engine is dead or does not answer: raise the epoch, take every entry, undo
 * it, and keep watching until the engine has died for good or acknowledges.
 */
export class Takeover {
  readonly #options: TakeoverOptions;
  readonly #taken = new Map<string, JournalEntry>();
  readonly #undone = new Set<string>();
  #deadSince: number | undefined;
  #raised: Promise<void> | undefined;
  #acknowledged = false;
  #wake = Promise.withResolvers<void>();

  constructor(options: TakeoverOptions) {
    this.#options = options;
  }

  engineDied(): void {
    this.#deadSince ??= this.#options.clock.now();
    this.#wake.resolve();
  }

  acknowledge(): void {
    this.#acknowledged = true;
    this.#wake.resolve();
  }

  /** Resolves when nothing is left to do: the engine died and all is settled, or it acknowledged and has all back. */
  async run(): Promise<Ending> {
    for (
      let pause = LOOK_AGAIN;
      ;
      pause = this.#deadSince === undefined ? LOOK_AGAIN : Math.min(pause * 2, RETRY_AT_MOST)
    ) {
      // A round that began before the death says nothing of what the engine did last.
      const deadSince = this.#deadSince;
      const left = await this.#pass();
      await this.#raised;
      if (this.#acknowledged && this.#deadSince === undefined) return this.#handBack();
      if (deadSince !== undefined && (left === 0 || this.#options.clock.now() - deadSince > GIVE_UP_AFTER))
        return 'engine-dead';
      await Promise.race([this.#options.clock.sleep(pause), this.#wake.promise]);
      this.#wake = Promise.withResolvers<void>();
    }
  }

  async #raise(): Promise<void> {
    const { raiseEpoch, onEpoch, log } = this.#options;
    try {
      onEpoch(await raiseEpoch());
    } catch (error) {
      log.error({ reason: messageOf(error) }, 'the epoch could not be raised; claims stand in for it');
    }
  }

  /** A journal that cannot be listed now counts as one file that cannot be read. */
  async #list(): Promise<JournalListing> {
    try {
      return await this.#options.journal.entries();
    } catch (error) {
      return { entries: [], damaged: [{ file: 'the journal', reason: messageOf(error), unread: true }] };
    }
  }

  /** Takes what can be read. `unread` = how many files may hold something as well and are to be looked at again. */
  async #take(): Promise<{ readonly mine: readonly JournalEntry[]; readonly unread: number }> {
    const { engine, by, log } = this.#options;
    const { entries, damaged } = await this.#list();
    for (const { file, reason, unread = false } of damaged)
      log.error({ file, reason }, unread ? 'looked at again' : 'journal file left to the next start');
    const ours = entries.filter(({ record }) => record.engine === engine);
    const claims = await Promise.all(ours.map(async (entry) => ({ entry, claim: await this.#claim(entry) })));
    log.info({ by, entries: ours.length }, 'entries taken');
    const mine = claims.filter(({ claim }) => claim === 'mine').map(({ entry }) => entry);
    for (const entry of mine) this.#taken.set(entry.id, entry);
    return { mine, unread: damaged.filter(({ unread }) => unread).length };
  }

  /** A disk that refuses the claim must not keep the undo from running. */
  async #claim(entry: JournalEntry): Promise<Claim> {
    try {
      return await entry.claim(this.#options.engine);
    } catch (error) {
      this.#options.log.error({ fault: entry.id, reason: messageOf(error) }, 'undoing without a claim');
      return 'mine';
    }
  }

  /** One round over all entries. Resolves with how many are left for another round. */
  async #pass(): Promise<number> {
    const { mine, unread } = await this.#take();
    let left = unread;
    // The undo does not wait for the epoch: claiming an entry tells a waking engine just as well.
    if (mine.length > 0) this.#raised ??= this.#raise();
    const items = mine.map((entry) => ({ entry, target: entry.record.target }));
    await eachNewestFirst(items, async ({ entry }) => {
      const done =
        this.#deadSince === undefined ? await this.#whileHung(entry) : await this.#onceDead(entry, this.#deadSince);
      if (!done) left += 1;
    });
    return left;
  }

  /** The engine may wake at any time and act once more: undo now, look again later, settle nothing. */
  async #whileHung(entry: JournalEntry): Promise<boolean> {
    // What lives in the engine's own process cannot be reached from here.
    if (entry.record.survives === 'engine') return false;
    const { custodian } = this.#options;
    if (this.#undone.has(entry.id) && !(await custodian.isBack(entry))) return false;
    const custody = await custodian.undo(entry, 'engine-hung');
    if (custody.outcome !== 'leaked') this.#undone.add(entry.id);
    return false;
  }

  async #onceDead(entry: JournalEntry, deadSince: number): Promise<boolean> {
    const { custodian, by } = this.#options;
    const cause: RevertCause = 'engine-dead';
    const custody = await custodian.undoForGood(entry, cause, deadSince);
    const note = outcomeNote(custody, by, cause);
    if (custody.outcome === 'leaked') {
      await entry.note(note);
      return false;
    }
    try {
      await entry.settle(note, { keep: true });
      return true;
    } catch (error) {
      this.#options.log.error(
        { fault: entry.id, reason: messageOf(error) },
        'undone, but its record cannot be settled',
      );
      return false;
    }
  }

  async #handBack(): Promise<Ending> {
    for (const entry of this.#taken.values()) await entry.handBack();
    return 'acknowledged';
  }
}
