import { LEDGER_EVENT } from '../entry/ledger-events.ts';
import type { KeyChain } from '../note/key-chain.ts';
import type { Integrity } from './report.ts';
import type { SourceCounts } from './source-counts.ts';

/** Checks signatures and counts sources while the log is replayed. */
export class CommitChecker {
  readonly #keys: KeyChain;
  readonly #counts: SourceCounts;
  readonly #every: boolean;
  #unchecked: { readonly size: number; readonly note: string } | undefined;

  constructor(keys: KeyChain, counts: SourceCounts, every: boolean) {
    this.#keys = keys;
    this.#counts = counts;
    this.#every = every;
  }

  entry(_: number, bytes: Buffer): void {
    const type = this.#counts.entry(bytes);
    if (type === LEDGER_EVENT.keyRotated) this.#keys.entry(type, JSON.parse(bytes.toString()).data, bytes.toString());
  }

  commit(size: number, _: string, note: string): void {
    const check = this.#every || this.#keys.handsOver;
    if (check) this.#keys.open(note);
    this.#unchecked = check ? undefined : { size, note };
    this.#keys.committed(size, note);
  }

  /** Checks the last signature; a damaged verdict when it is wrong. */
  finish(): Integrity | undefined {
    if (this.#unchecked === undefined) return undefined;
    try {
      this.#keys.open(this.#unchecked.note);
      return undefined;
    } catch {
      const { size } = this.#unchecked;
      return {
        verdict: 'damaged',
        index: 0,
        reason: `the last checkpoint, of ${size} entries, is not signed by ${this.#keys.current.vkey}`,
      };
    }
  }
}
