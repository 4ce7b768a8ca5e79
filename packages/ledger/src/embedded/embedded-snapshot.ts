import { ChaosError } from '@bridge/chaos-core';
import { rangeHasher } from '../merkle/tile-roots.ts';
import { type NoteSigner, remoteSigner } from '../note/signer.ts';
import type { Search } from '../query/search.ts';
import type { LogHead, LogKey, LogStore, StateTexts, StoredEntry } from '../store/log-store.ts';
import { Watchers } from '../store/watchers.ts';
import { readEntries } from './entry-reader.ts';
import { fileState } from './file-state.ts';
import type { Layout } from './layout.ts';
import type { LoadedLog } from './load-log.ts';
import { leavesOfTile } from './open-embedded.ts';

/** A folder's log as it was when it was read. Takes no lock and writes nothing, so a writer may go on meanwhile. */
export class EmbeddedSnapshot implements LogStore {
  readonly origin: string;
  readonly signer: NoteSigner;
  readonly state: StateTexts;
  readonly #log: LoadedLog;
  readonly #head: LogHead;
  readonly #watchers = new Watchers();

  constructor(layout: Layout, log: LoadedLog, note: string) {
    const key = log.keys.current;
    this.origin = key.name;
    this.signer = remoteSigner(key.vkey, () => Promise.reject(readOnly()));
    this.#log = log;
    this.#head = { size: log.frontier.size, first: log.first, root: log.frontier.root(), note };
    const files = fileState(layout.state);
    this.state = { get: files.get, names: files.names, put: () => Promise.reject(readOnly()) };
  }

  keys(): readonly LogKey[] {
    return this.#log.keys.keys;
  }

  async head(): Promise<LogHead> {
    return this.#head;
  }

  async *read(from: number, to: number): AsyncGenerator<StoredEntry> {
    const { first, size } = this.#head;
    if (from < first) {
      throw new ChaosError(
        'CHAOS_LEDGER_PRUNED',
        `entry ${from} was removed by retention; the first that is left is ${first}`,
      );
    }
    yield* readEntries(this.#log.index.places, from, Math.min(to, size));
  }

  async *checkpoints() {
    yield { note: this.#head.note };
  }

  async search(search: Search): Promise<readonly number[]> {
    return this.#log.index.facets.search(search);
  }

  async ranges() {
    return { roots: this.#log.roots, rangeHash: rangeHasher(this.#log.roots, (tile) => leavesOfTile(this.#log, tile)) };
  }

  /** A snapshot never grows: resolves for sizes it has passed, else waits for the signal. */
  beyond(size: number, signal: AbortSignal): Promise<void> {
    return this.#watchers.beyond(size, this.#head.size, signal);
  }

  async prunable(): Promise<number> {
    return this.#head.first;
  }

  async bytesFrom(from: number): Promise<number> {
    let bytes = 0;
    for await (const { text } of this.read(from, this.#head.size)) bytes += Buffer.byteLength(text);
    return bytes;
  }

  async close(): Promise<void> {
    this.#watchers.close();
  }

  commit(): Promise<never> {
    return Promise.reject(readOnly());
  }

  rotate(): Promise<never> {
    return Promise.reject(readOnly());
  }

  prune(): Promise<never> {
    return Promise.reject(readOnly());
  }
}

function readOnly(): ChaosError {
  return new ChaosError('CHAOS_LEDGER_CLOSED', 'the ledger was opened for reading; open it with openLedger to write');
}
