import { hash } from 'node:crypto';
import { mkdir, open, readFile, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { replaceFile } from '../embedded/durable-file.ts';
import { readOptional } from '../embedded/key-files.ts';
import { Frontier } from '../merkle/frontier.ts';
import { EMPTY_ROOT, type Hash } from '../merkle/hash.ts';

/** What a witness remembers of one log. */
export interface KnownLog {
  readonly size: number;
  readonly root: Hash;
  /** Peaks of the tree, for a mirror to go on from. */
  readonly peaks: readonly (Hash | null)[];
  /** Bytes of the mirrored entries that belong to `size`. */
  readonly bytes: number;
  /** The last accepted checkpoint. */
  readonly note: string;
  /** Keys the log has announced beside those the witness was given. */
  readonly keys: readonly string[];
}

const schema = z.object({
  size: z.int().nonnegative(),
  root: z.string(),
  peaks: z.array(z.string().nullable()),
  bytes: z.int().nonnegative(),
  note: z.string(),
  keys: z.array(z.string()),
});

const UNKNOWN: KnownLog = { size: 0, root: EMPTY_ROOT, peaks: [], bytes: 0, note: '', keys: [] };

export function frontierOf({ size, peaks }: KnownLog): Frontier {
  return new Frontier(
    size,
    peaks.map((peak) => peak ?? undefined),
  );
}

/** Keeps one log: what was last cosigned and, for a mirror, the entries. Survives a kill at any point. */
export class LogBook {
  readonly #directory: string;
  #known: KnownLog;

  private constructor(directory: string, known: KnownLog) {
    this.#directory = directory;
    this.#known = known;
  }

  static async open(directory: string, origin: string): Promise<LogBook> {
    const folder = join(directory, hash('sha256', origin).slice(0, 24));
    await mkdir(folder, { recursive: true });
    const text = await readOptional(join(folder, 'state.json'));
    const book = new LogBook(folder, text === undefined ? UNKNOWN : schema.parse(JSON.parse(text)));
    await book.#dropUncounted();
    return book;
  }

  get known(): KnownLog {
    return this.#known;
  }

  get entriesPath(): string {
    return join(this.#directory, 'entries.jsonl');
  }

  /** Appends the lines, then moves on. A crash or a failed write in between leaves lines that do not count. */
  async accept(next: Omit<KnownLog, 'bytes'>, lines: string): Promise<void> {
    let { bytes } = this.#known;
    if (lines !== '') {
      await this.#dropUncounted();
      const file = await open(this.entriesPath, 'a');
      try {
        await file.writeFile(lines);
        await file.datasync();
      } finally {
        await file.close();
      }
      bytes += Buffer.byteLength(lines);
    }
    const known = { ...next, bytes };
    await replaceFile(join(this.#directory, 'state.json'), JSON.stringify(known));
    this.#known = known;
  }

  /** One line per entry: its bytes, or `~` and the leaf hash of one that was not sent. */
  async lines(): Promise<string[]> {
    const text = await readFile(this.entriesPath, 'utf8').catch(() => '');
    return text === '' ? [] : text.slice(0, -1).split('\n');
  }

  async #dropUncounted(): Promise<void> {
    const length = await stat(this.entriesPath).then(
      ({ size }) => size,
      () => 0,
    );
    if (length > this.#known.bytes) await truncate(this.entriesPath, this.#known.bytes);
  }
}
