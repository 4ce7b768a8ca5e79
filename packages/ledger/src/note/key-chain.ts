import { LEDGER_EVENT } from '../entry/ledger-events.ts';
import { type Checkpoint, openCheckpoint } from '../note/checkpoint.ts';
import { type NoteVerifier, parseVerifierKey } from '../note/verifier.ts';
import type { LogKey } from '../store/log-store.ts';

/**
 * Which key signs which part of a log. A rotation is an entry under the old key; its checkpoint is the last the old
 * key may sign.
 */
export class KeyChain {
  readonly #keys: LogKey[];
  #announced: { readonly verifier: NoteVerifier; readonly entry: string } | undefined;

  constructor(keys: readonly LogKey[]) {
    this.#keys = [...keys];
  }

  get keys(): readonly LogKey[] {
    return this.#keys;
  }

  /** The key in effect for the next checkpoint. */
  get current(): NoteVerifier {
    const last = this.#keys.at(-1);
    if (last === undefined) throw new Error('a key chain begins with a key');
    return last.verifier;
  }

  /** True when the entry announces a key; it takes effect with {@link committed}. `text` is the whole entry. */
  entry(type: string, data: unknown, text: string): boolean {
    if (type !== LEDGER_EVENT.keyRotated || typeof data !== 'object' || data === null) return false;
    if (!('vkey' in data) || typeof data.vkey !== 'string') return false;
    this.#announced = { verifier: parseVerifierKey(data.vkey), entry: text };
    return true;
  }

  /** True when the commit that ends at `size` hands over to another key. */
  get handsOver(): boolean {
    return this.#announced !== undefined;
  }

  /** The commit that ended at `size` with the checkpoint `note` is good. */
  committed(size: number, note: string): void {
    if (this.#announced === undefined) return;
    const { verifier, entry } = this.#announced;
    this.#keys.push({ from: size, verifier, handover: { entry, note } });
    this.#announced = undefined;
  }

  discard(): void {
    this.#announced = undefined;
  }

  /** Opens a checkpoint under the key in effect. Throws `CHAOS_LEDGER_NOTE_INVALID`. */
  open(note: string): Checkpoint {
    return openCheckpoint(note, this.current);
  }
}
